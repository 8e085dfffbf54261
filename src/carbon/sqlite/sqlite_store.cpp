#include "carbon/sqlite/sqlite_store.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <optional>
#include <utility>

#include "base/text.h"
#include "os/sqlite.h"

namespace drover::carbon {
namespace {

// One row per known hour: a gap is the absence of a row, so it can never be read as zero. Integers
// of mg/kWh, so that equal values are equal; three decimals of g/kWh are more than any provider
// gives. start_ms and end_ms of a series span all that was ever imported, gaps at its ends
// included.
constexpr std::array<std::string_view, 1> kMigrations = {R"(
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
)"};

constexpr double kMilligramsPerGram = 1000;

std::int64_t to_milligrams(Intensity intensity) {
  return std::llround(intensity.grams_per_kwh() * kMilligramsPerGram);
}

// Division, not multiplication by 0.001, gives back the very double that "273.02" was read as.
Intensity from_milligrams(std::int64_t milligrams) {
  return Intensity::grams_per_kwh(static_cast<double>(milligrams) / kMilligramsPerGram);
}

// A row of table series; `extent` has no values.
struct Stored {
  std::int64_t id = 0;
  Series extent;
  Instant end;
};

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(os::Database database) : database_(std::move(database)) {}

  Result<ImportReport> write(const std::vector<Series>& series) override;
  Result<Series> read(const SeriesQuery& query) override;
  Result<std::vector<ZoneSummary>> zones() override;

 private:
  Result<> write_one(const Series& series, ImportReport& report);
  Result<std::int64_t> prepare_series(const Series& series);
  Result<> write_points(std::int64_t id, const Series& series, ImportReport& report);
  Result<std::optional<Stored>> find(const ZoneId& zone, Kind kind, Scope scope);
  Result<> read_points(std::int64_t id, Series& into);
  std::unexpected<Error> unknown(const SeriesQuery& query);

  os::Database database_;
};

Result<ImportReport> SqliteStore::write(const std::vector<Series>& series) {
  ImportReport report;
  return database_
      .transaction([&]() -> Result<> {
        for (const Series& one : series) {
          if (auto written = write_one(one, report); !written) {
            return written;
          }
        }
        return {};
      })
      .transform([&] { return report; });
}

Result<> SqliteStore::write_one(const Series& series, ImportReport& report) {
  return check_storable(series)
      .and_then([&] { return prepare_series(series); })
      .and_then([&](std::int64_t id) { return write_points(id, series, report); });
}

// The row of the series, new or widened to span what is written now as well.
Result<std::int64_t> SqliteStore::prepare_series(const Series& series) {
  const auto known = find(series.zone, series.kind, series.scope);
  if (!known) {
    return std::unexpected(known.error());
  }
  if (!*known) {
    return database_
        .run(
            "INSERT INTO series(zone, kind, scope, source, step_ms, start_ms, end_ms) VALUES(?, ?, "
            "?, ?, ?, ?, ?)",
            {series.zone.str(), to_string(series.kind), to_string(series.scope), series.source,
             series.step.count(), series.start, series.end()})
        .transform([&] { return database_.last_insert_id(); });
  }
  const Stored& stored = **known;
  return check_continues(stored.extent, series)
      .and_then([&] {
        return database_.run("UPDATE series SET start_ms = ?, end_ms = ? WHERE id = ?",
                             {std::min(stored.extent.start, series.start),
                              std::max(stored.end, series.end()), stored.id});
      })
      .transform([&] { return stored.id; });
}

// Reads first and writes only what differs: importing the same file again costs no write.
Result<> SqliteStore::write_points(std::int64_t id, const Series& series, ImportReport& report) {
  Series known = series;
  known.values.assign(series.values.size(), std::nullopt);
  if (auto loaded = read_points(id, known); !loaded) {
    return loaded;
  }
  auto insert = database_.prepare(
      "INSERT INTO point(series, start_ms, intensity_mg_per_kwh) VALUES(?, ?, ?) "
      "ON CONFLICT DO UPDATE SET intensity_mg_per_kwh = excluded.intensity_mg_per_kwh");
  if (!insert) {
    return std::unexpected(insert.error());
  }
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (!series.values[i]) {
      ++report.gaps;
      continue;
    }
    const std::int64_t milligrams = to_milligrams(*series.values[i]);
    if (known.values[i] && to_milligrams(*known.values[i]) == milligrams) {
      ++report.unchanged;
      continue;
    }
    ++(known.values[i] ? report.replaced : report.inserted);
    const Instant start = series.start + series.step * static_cast<Duration::rep>(i);
    if (auto done = insert->run({id, start, milligrams}); !done) {
      return done;
    }
  }
  return {};
}

Result<std::optional<Stored>> SqliteStore::find(const ZoneId& zone, Kind kind, Scope scope) {
  std::optional<Stored> found;
  return database_
      .query(
          "SELECT id, source, step_ms, start_ms, end_ms FROM series WHERE zone = ? AND kind = ? "
          "AND scope = ?",
          {zone.str(), to_string(kind), to_string(scope)},
          [&](const os::Row& row) {
            found = {.id = row.integer(0),
                     .extent = {.zone = zone,
                                .start = row.time(3),
                                .step = Duration{row.integer(2)},
                                .values = {},
                                .kind = kind,
                                .scope = scope,
                                .source = row.text(1)},
                     .end = row.time(4)};
          })
      .transform([&] { return found; });
}

Result<> SqliteStore::read_points(std::int64_t id, Series& into) {
  return database_.query(
      "SELECT intensity_mg_per_kwh, start_ms FROM point WHERE series = ? AND start_ms >= ? AND "
      "start_ms < ?",
      {id, into.start, into.end()}, [&](const os::Row& row) {
        const auto slot = (row.time(1) - into.start) / into.step;
        into.values[static_cast<std::size_t>(slot)] = from_milligrams(row.integer(0));
      });
}

Result<Series> SqliteStore::read(const SeriesQuery& query) {
  const auto found = find(query.zone, query.kind, query.scope);
  if (!found) {
    return std::unexpected(found.error());
  }
  if (!*found) {
    return unknown(query);
  }
  auto series = slice((*found)->extent, query.from, query.to);  // checks the times, and is all gaps
  if (!series) {
    return series;
  }
  return read_points((*found)->id, *series).transform([&] { return *series; });
}

std::unexpected<Error> SqliteStore::unknown(const SeriesQuery& query) {
  std::vector<std::string> names;
  (void)database_.query(
      "SELECT DISTINCT zone FROM series WHERE kind = ? AND scope = ? ORDER BY zone",
      {to_string(query.kind), to_string(query.scope)},
      [&](const os::Row& row) { names.push_back(row.text(0)); });
  return unknown_zone(query, names);
}

Result<std::vector<ZoneSummary>> SqliteStore::zones() {
  std::vector<ZoneSummary> summaries;
  Result<> parsed;
  return database_
      .query(
          "SELECT zone, kind, scope, start_ms, end_ms, step_ms, source, (SELECT COUNT(*) FROM "
          "point WHERE series = id) "
          "FROM series ORDER BY zone, kind, scope",
          {},
          [&](const os::Row& row) {
            const auto kind = parse_kind(row.text(1));
            const auto scope = parse_scope(row.text(2));
            if (!kind || !scope) {
              parsed = std::unexpected(kind ? scope.error() : kind.error());
              return;
            }
            ZoneSummary& summary = summaries.emplace_back();
            summary.zone = ZoneId{row.text(0)};
            summary.kind = *kind;
            summary.scope = *scope;
            summary.first = row.time(3);
            summary.last_end = row.time(4);
            summary.points = row.integer(7);
            summary.gaps = (row.integer(4) - row.integer(3)) / row.integer(5) - summary.points;
            summary.source = row.text(6);
          })
      .and_then([&] { return parsed; })
      .transform([&] { return summaries; });
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path) {
  return os::Database::open(path, {.migrations = kMigrations})
      .transform([](os::Database database) -> std::unique_ptr<Store> {
        return std::make_unique<SqliteStore>(std::move(database));
      })
      .transform_error(doing(std::format("opening the carbon store {}", path)));
}

}  // namespace drover::carbon
