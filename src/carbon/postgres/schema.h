// The schema drover_carbon, step by step; steps are only ever appended. Described in
// docs/formats/carbon-postgres.md.
#pragma once

#include <array>

namespace drover::carbon {

// A point has no foreign key: checking one per row would double the time of an import, and no row
// of series is ever deleted.
inline constexpr std::array<const char*, 1> kPostgresMigrations = {R"(
CREATE TABLE drover_carbon.series(
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  zone text NOT NULL,
  kind text NOT NULL CHECK(kind IN ('average', 'marginal')),
  scope text NOT NULL CHECK(scope IN ('direct', 'lifecycle')),
  basis text NOT NULL CHECK(basis IN ('unstated', 'consumption', 'production')),
  source text NOT NULL,
  step_ms bigint NOT NULL CHECK(step_ms > 0),
  start_ms bigint NOT NULL,
  end_ms bigint NOT NULL CHECK(end_ms >= start_ms),
  known_points bigint NOT NULL DEFAULT 0 CHECK(known_points >= 0),
  forecasts bigint NOT NULL DEFAULT 0 CHECK(forecasts >= 0),
  UNIQUE(zone, kind, scope, basis, source)
);
CREATE TABLE drover_carbon.point(
  series bigint NOT NULL,
  start_ms bigint NOT NULL,
  issued_ms bigint NOT NULL,
  intensity_mg_per_kwh bigint NOT NULL CHECK(intensity_mg_per_kwh >= 0),
  estimated boolean NOT NULL,
  PRIMARY KEY(series, start_ms, issued_ms)
);
CREATE TABLE drover_carbon.forecast(
  series bigint NOT NULL REFERENCES drover_carbon.series(id),
  issued_ms bigint NOT NULL,
  start_ms bigint NOT NULL,
  step_ms bigint NOT NULL CHECK(step_ms > 0),
  intensities_mg_per_kwh text NOT NULL,
  PRIMARY KEY(series, issued_ms)
);
)"};

}  // namespace drover::carbon
