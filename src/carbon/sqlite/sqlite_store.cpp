#include "carbon/sqlite/sqlite_store.h"

#include <algorithm>
#include <format>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "carbon/sqlite/sqlite_schema.h"
#include "carbon/store_rows.h"
#include "os/sqlite.h"

namespace drover::carbon {
namespace {

constexpr std::string_view kSeriesColumns =
    "SELECT id, zone, kind, scope, basis, source, step_ms, start_ms, end_ms, known_points, "
    "forecasts FROM series";

// A row of table series.
struct Stored {
  std::int64_t id = 0;
  ZoneSummary summary;
};

Result<Stored> stored_of(const os::Row& row) {
  const auto kind = parse_kind(row.text(2));
  const auto scope = parse_scope(row.text(3));
  const auto basis = parse_basis(row.text(4));
  if (!kind || !scope || !basis) {
    return std::unexpected(!kind ? kind.error() : !scope ? scope.error() : basis.error());
  }
  const Duration step{row.integer(6)};
  const std::int64_t points = row.integer(9);
  return Stored{.id = row.integer(0),
                .summary = {.zone = ZoneId{row.text(1)},
                            .kind = *kind,
                            .scope = *scope,
                            .basis = *basis,
                            .first = row.time(7),
                            .last_end = row.time(8),
                            .step = step,
                            .points = points,
                            .gaps = (row.time(8) - row.time(7)) / step - points,
                            .forecasts = row.integer(10),
                            .source = row.text(5)}};
}

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(os::Database database) : database_(std::move(database)) {}

  Result<ImportReport> write(const std::vector<Series>& series, Instant now) override;
  Result<Series> read(const SeriesQuery& query) override;
  Result<std::vector<ZoneSummary>> zones() override;
  Result<std::int64_t> write_forecasts(const std::vector<ProviderForecast>& forecasts) override;
  Result<std::vector<ProviderForecast>> read_forecasts(const SeriesQuery& query) override;

 private:
  Result<ImportReport> write_one(const Series& series, Instant now);
  Result<bool> write_forecast(const ProviderForecast& forecast);
  Result<Stored> find_or_make(const Series& series, Instant end);
  Result<std::vector<Version>> versions_in(std::int64_t id, const Series& series);
  Result<> insert(std::int64_t id, std::span<const Version> rows);
  Result<std::vector<Stored>> load(std::string_view where,
                                   std::initializer_list<os::SqlValue> values);
  Result<Stored> choose(const SeriesQuery& query, Wanted wanted);

  os::Database database_;
};

Result<ImportReport> SqliteStore::write(const std::vector<Series>& series, Instant now) {
  ImportReport report;
  return database_
      .transaction([&]() -> Result<> {
        for (const Series& one : series) {
          const auto written = write_one(one, now);
          if (!written) {
            return std::unexpected(written.error());
          }
          report = report + *written;
        }
        return {};
      })
      .transform([&] { return report; });
}

Result<ImportReport> SqliteStore::write_one(const Series& series, Instant now) {
  const auto stored =
      check_storable(series).and_then([&] { return find_or_make(series, series.end()); });
  if (!stored) {
    return std::unexpected(stored.error());
  }
  const auto extent = extended(stored->summary, series);
  if (!extent) {
    return std::unexpected(extent.error());
  }
  const auto versions = versions_in(stored->id, series);
  if (!versions) {
    return std::unexpected(versions.error());
  }
  const Additions additions = additions_of(series, *versions, now);
  return insert(stored->id, additions.rows)
      .and_then([&] { return insert(stored->id, additions.restated); })
      .and_then([&]() -> Result<> {
        const ZoneSummary& known = stored->summary;
        const std::int64_t inserted = additions.report.inserted;
        if (inserted == 0 && *extent == Extent{known.first, known.last_end}) {
          return {};  // so that the same again writes nothing at all
        }
        return database_.run(
            "UPDATE series SET step_ms = ?, start_ms = ?, end_ms = ?, known_points = ? "
            "WHERE id = ?",
            {series.step.count(), extent->start, extent->end, known.points + inserted, stored->id});
      })
      .transform([&] { return additions.report; });
}

// The row of the series; a new one spans up to `end`.
Result<Stored> SqliteStore::find_or_make(const Series& series, Instant end) {
  const auto of_zone = load("WHERE zone = ?", {series.zone.str()});
  if (!of_zone) {
    return std::unexpected(of_zone.error());
  }
  const auto found =
      std::ranges::find_if(*of_zone, [&](const Stored& one) { return is_of(one.summary, series); });
  if (found != of_zone->end()) {
    return *found;
  }
  return database_
      .run(
          "INSERT INTO series(zone, kind, scope, basis, source, step_ms, start_ms, end_ms) "
          "VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
          {series.zone.str(), to_string(series.kind), to_string(series.scope),
           to_string(series.basis), series.source, series.step.count(), series.start, end})
      .transform([&] {
        return Stored{.id = database_.last_insert_id(), .summary = summary_of(series, end)};
      });
}

// Reads first, so that only what differs is written: importing the same file again costs no write.
Result<std::vector<Version>> SqliteStore::versions_in(std::int64_t id, const Series& series) {
  std::vector<Version> versions;
  return database_
      .query(
          "SELECT intensity_mg_per_kwh, start_ms, issued_ms, estimated FROM point "
          "WHERE series = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms, issued_ms",
          {id, series.start, series.end()},
          [&](const os::Row& row) {
            versions.push_back({.start = row.time(1),
                                .issued = row.time(2),
                                .milligrams = row.integer(0),
                                .estimated = row.integer(3) != 0});
          })
      .transform([&] { return std::move(versions); });
}

Result<> SqliteStore::insert(std::int64_t id, std::span<const Version> rows) {
  if (rows.empty()) {
    return {};
  }
  return database_
      .prepare(
          "INSERT INTO point(series, start_ms, issued_ms, intensity_mg_per_kwh, estimated) "
          "VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
          "intensity_mg_per_kwh = excluded.intensity_mg_per_kwh, estimated = excluded.estimated")
      .and_then([&](os::Statement statement) -> Result<> {
        for (const Version& row : rows) {
          if (auto done =
                  statement.run({id, row.start, row.issued, row.milligrams, row.estimated ? 1 : 0});
              !done) {
            return done;
          }
        }
        return {};
      });
}

Result<std::vector<Stored>> SqliteStore::load(std::string_view where,
                                              std::initializer_list<os::SqlValue> values) {
  std::vector<Stored> all;
  Result<> parsed;
  return database_
      .query(std::format("{} {}", kSeriesColumns, where), values,
             [&](const os::Row& row) {
               auto stored = stored_of(row);
               if (stored) {
                 all.push_back(std::move(*stored));
               } else {
                 parsed = std::unexpected(stored.error());
               }
             })
      .and_then([&] { return parsed; })
      .transform([&] { return std::move(all); });
}

Result<Stored> SqliteStore::choose(const SeriesQuery& query, Wanted wanted) {
  auto of_zone = load("WHERE zone = ?", {query.zone.str()});
  if (!of_zone) {
    return std::unexpected(of_zone.error());
  }
  std::vector<ZoneSummary> summaries;
  std::ranges::transform(*of_zone, std::back_inserter(summaries), &Stored::summary);
  return choose_of_zone(query, summaries, wanted, [&] { return zones(); })
      .transform([&](std::size_t chosen) { return (*of_zone)[chosen]; });
}

Result<Series> SqliteStore::read(const SeriesQuery& query) {
  const auto chosen = choose(query, Wanted::kValues);
  if (!chosen) {
    return std::unexpected(chosen.error());
  }
  auto series = slice(header_of(chosen->summary), query.from, query.to);  // all gaps
  if (!series) {
    return series;
  }
  const Instant known_at = query.known_at.value_or(Instant::max());
  return database_
      .query(
          "SELECT intensity_mg_per_kwh, start_ms, estimated FROM point WHERE series = ? AND "
          "start_ms >= ? AND start_ms < ? AND issued_ms <= ? ORDER BY start_ms, issued_ms",
          {chosen->id, query.from, query.to, known_at},
          [&](const os::Row& row) {
            place({.start = row.time(1),
                   .issued = {},
                   .milligrams = row.integer(0),
                   .estimated = row.integer(2) != 0},
                  *series);
          })
      .and_then([&] { return only(tidied(std::move(*series)), query.reported); });
}

Result<std::vector<ZoneSummary>> SqliteStore::zones() {
  return load("", {}).transform([](const std::vector<Stored>& all) {
    std::vector<ZoneSummary> summaries;
    std::ranges::transform(all, std::back_inserter(summaries), &Stored::summary);
    std::ranges::sort(summaries, listed_before);
    return summaries;
  });
}

Result<std::int64_t> SqliteStore::write_forecasts(const std::vector<ProviderForecast>& forecasts) {
  std::int64_t count = 0;
  return database_
      .transaction([&]() -> Result<> {
        for (const ProviderForecast& forecast : forecasts) {
          const auto changed = write_forecast(forecast);
          if (!changed) {
            return std::unexpected(changed.error());
          }
          count += *changed ? 1 : 0;
        }
        return {};
      })
      .transform([&] { return count; });
}

// Whether it says anything new.
Result<bool> SqliteStore::write_forecast(const ProviderForecast& forecast) {
  const Series& values = forecast.values;
  const auto stored =
      check_storable(forecast).and_then([&] { return find_or_make(values, values.start); });
  if (!stored) {
    return std::unexpected(stored.error());
  }
  const std::string text = encode_values(values);
  bool known = false;
  bool same = false;
  return database_
      .query(
          "SELECT step_ms, start_ms, intensities_mg_per_kwh FROM forecast "
          "WHERE series = ? AND issued_ms = ?",
          {stored->id, forecast.issued},
          [&](const os::Row& row) {
            known = true;
            same = row.time(1) == values.start && Duration{row.integer(0)} == values.step &&
                   row.text(2) == text;
          })
      .and_then([&]() -> Result<> {
        return same ? Result<>{}
                    : database_.run(
                          "INSERT INTO forecast(series, issued_ms, start_ms, step_ms, "
                          "intensities_mg_per_kwh) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                          "start_ms = excluded.start_ms, step_ms = excluded.step_ms, "
                          "intensities_mg_per_kwh = excluded.intensities_mg_per_kwh",
                          {stored->id, forecast.issued, values.start, values.step.count(), text});
      })
      .and_then([&]() -> Result<> {
        return known ? Result<>{}
                     : database_.run("UPDATE series SET forecasts = forecasts + 1 WHERE id = ?",
                                     {stored->id});
      })
      .transform([&] { return !same; });
}

Result<std::vector<ProviderForecast>> SqliteStore::read_forecasts(const SeriesQuery& query) {
  const auto chosen = choose(query, Wanted::kForecasts);
  if (!chosen) {
    return std::unexpected(chosen.error());
  }
  std::vector<ProviderForecast> found;
  Result<> decoded;
  return database_
      .query(
          "SELECT step_ms, start_ms, issued_ms, intensities_mg_per_kwh FROM forecast WHERE "
          "series = ? AND issued_ms >= ? AND issued_ms <= ? ORDER BY issued_ms",
          {chosen->id, query.from, std::min(query.to, query.known_at.value_or(query.to))},
          [&](const os::Row& row) {
            ProviderForecast& forecast = found.emplace_back();
            forecast.issued = row.time(2);
            forecast.values = header_of(chosen->summary);
            forecast.values.start = row.time(1);
            forecast.values.step = Duration{row.integer(0)};
            if (auto done = decode_values(row.text(3), forecast.values); !done && decoded) {
              decoded = done;
            }
          })
      .and_then([&] { return decoded; })
      .transform([&] { return std::move(found); });
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path) {
  return os::Database::open(path, {.migrations = kCarbonMigrations})
      .transform([](os::Database database) -> std::unique_ptr<Store> {
        return std::make_unique<SqliteStore>(std::move(database));
      })
      .transform_error(doing(std::format("opening the carbon store {}", path)));
}

}  // namespace drover::carbon
