// The schema of carbon.db, step by step. Described in docs/formats/carbon-db.md.
#pragma once

#include <array>
#include <string_view>

namespace drover::carbon {

// Step 1: one row per known hour: a gap is the absence of a row, so it can never be read as zero.
// start_ms and end_ms of a series span all that was ever imported, gaps at its ends included.
//
// Step 2: a source and a basis make a series of their own; values have versions; provider
// forecasts. What is there becomes the first version, known at its step's end. known_points is kept
// with every write, so that nobody counts rows to list the series. end_ms = start_ms: forecasts
// alone.
inline constexpr std::array<std::string_view, 2> kCarbonMigrations = {
    R"(
CREATE TABLE series(
  id INTEGER PRIMARY KEY,
  zone TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('average', 'marginal')),
  scope TEXT NOT NULL CHECK(scope IN ('direct', 'lifecycle')),
  source TEXT NOT NULL,
  step_ms INTEGER NOT NULL CHECK(step_ms > 0),
  start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL CHECK(end_ms > start_ms),
  UNIQUE(zone, kind, scope)
) STRICT;
CREATE TABLE point(
  series INTEGER NOT NULL REFERENCES series(id),
  start_ms INTEGER NOT NULL,
  intensity_mg_per_kwh INTEGER NOT NULL CHECK(intensity_mg_per_kwh >= 0),
  PRIMARY KEY(series, start_ms)
) STRICT, WITHOUT ROWID;
)",
    R"(
ALTER TABLE series RENAME TO series_1;
ALTER TABLE point RENAME TO point_1;
CREATE TABLE series(
  id INTEGER PRIMARY KEY,
  zone TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('average', 'marginal')),
  scope TEXT NOT NULL CHECK(scope IN ('direct', 'lifecycle')),
  basis TEXT NOT NULL CHECK(basis IN ('unstated', 'consumption', 'production')),
  source TEXT NOT NULL,
  step_ms INTEGER NOT NULL CHECK(step_ms > 0),
  start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL CHECK(end_ms >= start_ms),
  known_points INTEGER NOT NULL DEFAULT 0 CHECK(known_points >= 0),
  forecasts INTEGER NOT NULL DEFAULT 0 CHECK(forecasts >= 0),
  UNIQUE(zone, kind, scope, basis, source)
) STRICT;
CREATE TABLE point(
  series INTEGER NOT NULL REFERENCES series(id),
  start_ms INTEGER NOT NULL,
  issued_ms INTEGER NOT NULL,
  intensity_mg_per_kwh INTEGER NOT NULL CHECK(intensity_mg_per_kwh >= 0),
  estimated INTEGER NOT NULL CHECK(estimated IN (0, 1)),
  PRIMARY KEY(series, start_ms, issued_ms)
) STRICT, WITHOUT ROWID;
CREATE TABLE forecast(
  series INTEGER NOT NULL REFERENCES series(id),
  issued_ms INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
  step_ms INTEGER NOT NULL CHECK(step_ms > 0),
  intensities_mg_per_kwh TEXT NOT NULL,
  PRIMARY KEY(series, issued_ms)
) STRICT;
INSERT INTO series(id, zone, kind, scope, basis, source, step_ms, start_ms, end_ms, known_points)
  SELECT id, zone, kind, scope, 'unstated', source, step_ms, start_ms, end_ms,
         (SELECT COUNT(*) FROM point_1 WHERE point_1.series = series_1.id)
  FROM series_1;
INSERT INTO point(series, start_ms, issued_ms, intensity_mg_per_kwh, estimated)
  SELECT p.series, p.start_ms, p.start_ms + s.step_ms, p.intensity_mg_per_kwh, 0
  FROM point_1 AS p JOIN series_1 AS s ON s.id = p.series
  ORDER BY p.series, p.start_ms;
DROP TABLE point_1;
DROP TABLE series_1;
)"};

}  // namespace drover::carbon
