#include "carbon/postgres/postgres_store.h"

#include <algorithm>
#include <cstdint>
#include <format>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include <pqxx/pqxx>

#include "carbon/postgres/session.h"
#include "carbon/postgres/target.h"
#include "carbon/store_rows.h"

namespace drover::carbon {
namespace {

using Transaction = pqxx::transaction_base;

constexpr const char* kSeriesColumns =
    "SELECT id, zone, kind, scope, basis, source, step_ms, start_ms, end_ms, known_points, "
    "forecasts FROM drover_carbon.series";

// A row of table series.
struct Stored {
  std::int64_t id = 0;
  ZoneSummary summary;
};

std::int64_t ms(Instant instant) { return instant.time_since_epoch().count(); }
std::int64_t integer(const pqxx::field& field) { return field.as<std::int64_t>(); }
Instant time_of(const pqxx::field& field) { return Instant{Duration{integer(field)}}; }
std::string text(std::string_view view) { return std::string(view); }

Result<Stored> stored_of(const pqxx::row& row) {
  const auto kind = parse_kind(row[2].view());
  const auto scope = parse_scope(row[3].view());
  const auto basis = parse_basis(row[4].view());
  if (!kind || !scope || !basis) {
    return std::unexpected(!kind ? kind.error() : !scope ? scope.error() : basis.error());
  }
  const Duration step{integer(row[6])};
  const std::int64_t points = integer(row[9]);
  return Stored{.id = integer(row[0]),
                .summary = {.zone = ZoneId{text(row[1].view())},
                            .kind = *kind,
                            .scope = *scope,
                            .basis = *basis,
                            .first = time_of(row[7]),
                            .last_end = time_of(row[8]),
                            .step = step,
                            .points = points,
                            .gaps = (time_of(row[8]) - time_of(row[7])) / step - points,
                            .forecasts = integer(row[10]),
                            .source = text(row[5].view())}};
}

Result<std::vector<Stored>> stored_in(const pqxx::result& rows) {
  std::vector<Stored> all;
  for (const auto& row : rows) {
    auto stored = stored_of(row);
    if (!stored) {
      return std::unexpected(stored.error());
    }
    all.push_back(std::move(*stored));
  }
  return all;
}

Result<std::vector<Stored>> series_of_zone(Transaction& transaction, const ZoneId& zone) {
  return stored_in(transaction.exec(std::format("{} WHERE zone = $1", kSeriesColumns),
                                    pqxx::params{zone.str()}));
}

std::vector<ZoneSummary> summaries_of(const std::vector<Stored>& all) {
  std::vector<ZoneSummary> summaries;
  std::ranges::transform(all, std::back_inserter(summaries), &Stored::summary);
  return summaries;
}

Result<std::vector<ZoneSummary>> all_zones(Transaction& transaction) {
  return stored_in(transaction.exec(kSeriesColumns)).transform([](const std::vector<Stored>& all) {
    auto summaries = summaries_of(all);
    std::ranges::sort(summaries, listed_before);
    return summaries;
  });
}

Result<Stored> choose(Transaction& transaction, const SeriesQuery& query, Wanted wanted) {
  const auto of_zone = series_of_zone(transaction, query.zone);
  if (!of_zone) {
    return std::unexpected(of_zone.error());
  }
  return choose_of_zone(query, summaries_of(*of_zone), wanted,
                        [&] { return all_zones(transaction); })
      .transform([&](std::size_t chosen) { return (*of_zone)[chosen]; });
}

// The row of the series; a new one spans up to `end`.
Result<Stored> find_or_make(Transaction& transaction, const Series& series, Instant end) {
  const auto of_zone = series_of_zone(transaction, series.zone);
  if (!of_zone) {
    return std::unexpected(of_zone.error());
  }
  const auto found =
      std::ranges::find_if(*of_zone, [&](const Stored& one) { return is_of(one.summary, series); });
  if (found != of_zone->end()) {
    return *found;
  }
  const auto id =
      transaction
          .exec(
              "INSERT INTO drover_carbon.series(zone, kind, scope, basis, source, "
              "step_ms, start_ms, end_ms) VALUES($1, $2, $3, $4, $5, $6, $7, $8) "
              "RETURNING id",
              pqxx::params{series.zone.str(), to_string(series.kind), to_string(series.scope),
                           to_string(series.basis), series.source, series.step.count(),
                           ms(series.start), ms(end)})
          .one_field()
          .as<std::int64_t>();
  return Stored{.id = id, .summary = summary_of(series, end)};
}

std::vector<Version> versions_in(Transaction& transaction, std::int64_t id, const Series& series) {
  std::vector<Version> versions;
  for (const auto& row : transaction.exec(
           "SELECT start_ms, issued_ms, intensity_mg_per_kwh, estimated FROM drover_carbon.point "
           "WHERE series = $1 AND start_ms >= $2 AND start_ms < $3 ORDER BY start_ms, issued_ms",
           pqxx::params{id, ms(series.start), ms(series.end())})) {
    versions.push_back({.start = Instant{Duration{integer(row[0])}},
                        .issued = Instant{Duration{integer(row[1])}},
                        .milligrams = integer(row[2]),
                        .estimated = row[3].as<bool>()});
  }
  return versions;
}

void insert(Transaction& transaction, std::int64_t id, std::span<const Version> rows) {
  if (rows.empty()) {
    return;
  }
  auto stream =
      pqxx::stream_to::raw_table(transaction, "drover_carbon.point",
                                 "series, start_ms, issued_ms, intensity_mg_per_kwh, estimated");
  for (const Version& row : rows) {
    stream.write_values(id, ms(row.start), ms(row.issued), row.milligrams, row.estimated);
  }
  stream.complete();
}

template <class Value>
std::string array_of(std::span<const Version> rows, const Value& value) {
  std::string array = "{";
  for (const Version& row : rows) {
    array += std::format("{}{}", array.size() > 1 ? "," : "", value(row));
  }
  return array + "}";
}

void restate(Transaction& transaction, std::int64_t id, std::span<const Version> rows) {
  if (rows.empty()) {
    return;
  }
  transaction.exec(
      "UPDATE drover_carbon.point AS old SET intensity_mg_per_kwh = new.milligrams, "
      "estimated = new.estimated FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], "
      "$5::boolean[]) AS new(start_ms, issued_ms, milligrams, estimated) WHERE old.series = $1 "
      "AND old.start_ms = new.start_ms AND old.issued_ms = new.issued_ms",
      pqxx::params{id, array_of(rows, [](const Version& row) { return ms(row.start); }),
                   array_of(rows, [](const Version& row) { return ms(row.issued); }),
                   array_of(rows, [](const Version& row) { return row.milligrams; }),
                   array_of(rows, [](const Version& row) { return row.estimated; })});
}

// Reads first, so that only what differs is sent; nobody else writes meanwhile.
Result<ImportReport> write_one(Transaction& transaction, const Series& series, Instant now) {
  const auto stored = check_storable(series).and_then(
      [&] { return find_or_make(transaction, series, series.end()); });
  if (!stored) {
    return std::unexpected(stored.error());
  }
  const auto extent = extended(stored->summary, series);
  if (!extent) {
    return std::unexpected(extent.error());
  }
  const Additions additions =
      additions_of(series, versions_in(transaction, stored->id, series), now);
  insert(transaction, stored->id, additions.rows);
  restate(transaction, stored->id, additions.restated);
  const ZoneSummary& known = stored->summary;
  const std::int64_t inserted = additions.report.inserted;
  if (inserted > 0 || *extent != Extent{known.first, known.last_end}) {
    transaction.exec(
        "UPDATE drover_carbon.series SET step_ms = $2, start_ms = $3, end_ms = $4, "
        "known_points = $5 WHERE id = $1",
        pqxx::params{stored->id, series.step.count(), ms(extent->start), ms(extent->end),
                     known.points + inserted});
  }
  return additions.report;
}

// Whether it says anything new.
Result<bool> write_forecast(Transaction& transaction, const ProviderForecast& forecast) {
  const Series& values = forecast.values;
  const auto stored = check_storable(forecast).and_then(
      [&] { return find_or_make(transaction, values, values.start); });
  if (!stored) {
    return std::unexpected(stored.error());
  }
  const std::string encoded = encode_values(values);
  const auto known = transaction.exec(
      "SELECT start_ms, step_ms, intensities_mg_per_kwh FROM drover_carbon.forecast "
      "WHERE series = $1 AND issued_ms = $2",
      pqxx::params{stored->id, ms(forecast.issued)});
  if (!known.empty() && integer(known[0][0]) == ms(values.start) &&
      integer(known[0][1]) == values.step.count() && known[0][2].view() == encoded) {
    return false;
  }
  transaction.exec(
      "INSERT INTO drover_carbon.forecast(series, issued_ms, start_ms, step_ms, "
      "intensities_mg_per_kwh) VALUES($1, $2, $3, $4, $5) ON CONFLICT(series, issued_ms) DO UPDATE "
      "SET start_ms = excluded.start_ms, step_ms = excluded.step_ms, "
      "intensities_mg_per_kwh = excluded.intensities_mg_per_kwh",
      pqxx::params{stored->id, ms(forecast.issued), ms(values.start), values.step.count(),
                   encoded});
  if (known.empty()) {
    transaction.exec("UPDATE drover_carbon.series SET forecasts = forecasts + 1 WHERE id = $1",
                     pqxx::params{stored->id});
  }
  return true;
}

Result<Series> read_values(Transaction& transaction, const SeriesQuery& query) {
  const auto chosen = choose(transaction, query, Wanted::kValues);
  if (!chosen) {
    return std::unexpected(chosen.error());
  }
  auto series = slice(header_of(chosen->summary), query.from, query.to);  // all gaps
  if (!series) {
    return series;
  }
  for (const auto& row : transaction.exec(
           "SELECT start_ms, intensity_mg_per_kwh, estimated FROM drover_carbon.point "
           "WHERE series = $1 AND start_ms >= $2 AND start_ms < $3 AND issued_ms <= $4 "
           "ORDER BY start_ms, issued_ms",
           pqxx::params{chosen->id, ms(query.from), ms(query.to),
                        ms(query.known_at.value_or(Instant::max()))})) {
    place({.start = Instant{Duration{integer(row[0])}},
           .issued = {},
           .milligrams = integer(row[1]),
           .estimated = row[2].as<bool>()},
          *series);
  }
  return only(tidied(std::move(*series)), query.reported);
}

Result<std::vector<ProviderForecast>> forecasts_of(Transaction& transaction,
                                                   const SeriesQuery& query) {
  const auto chosen = choose(transaction, query, Wanted::kForecasts);
  if (!chosen) {
    return std::unexpected(chosen.error());
  }
  std::vector<ProviderForecast> found;
  for (const auto& row : transaction.exec(
           "SELECT issued_ms, start_ms, step_ms, intensities_mg_per_kwh FROM "
           "drover_carbon.forecast WHERE series = $1 AND issued_ms >= $2 AND issued_ms <= $3 "
           "ORDER BY issued_ms",
           pqxx::params{chosen->id, ms(query.from),
                        ms(std::min(query.to, query.known_at.value_or(query.to)))})) {
    ProviderForecast& forecast = found.emplace_back();
    forecast.issued = Instant{Duration{integer(row[0])}};
    forecast.values = header_of(chosen->summary);
    forecast.values.start = Instant{Duration{integer(row[1])}};
    forecast.values.step = Duration{integer(row[2])};
    if (auto decoded = decode_values(row[3].view(), forecast.values); !decoded) {
      return std::unexpected(decoded.error());
    }
  }
  return found;
}

class PostgresStore final : public Store {
 public:
  explicit PostgresStore(Session session) : session_(std::move(session)) {}

  Result<ImportReport> write(const std::vector<Series>& series, Instant now) override {
    ImportReport report;
    return session_
        .write([&](Transaction& transaction) -> Result<> {
          for (const Series& one : series) {
            const auto written = write_one(transaction, one, now);
            if (!written) {
              return std::unexpected(written.error());
            }
            report = report + *written;
          }
          return {};
        })
        .transform([&] { return report; });
  }

  Result<std::int64_t> write_forecasts(const std::vector<ProviderForecast>& forecasts) override {
    std::int64_t count = 0;
    return session_
        .write([&](Transaction& transaction) -> Result<> {
          for (const ProviderForecast& forecast : forecasts) {
            const auto changed = write_forecast(transaction, forecast);
            if (!changed) {
              return std::unexpected(changed.error());
            }
            count += *changed ? 1 : 0;
          }
          return {};
        })
        .transform([&] { return count; });
  }

  Result<Series> read(const SeriesQuery& query) override { return ask<Series>(query, read_values); }
  Result<std::vector<ProviderForecast>> read_forecasts(const SeriesQuery& query) override {
    return ask<std::vector<ProviderForecast>>(query, forecasts_of);
  }
  Result<std::vector<ZoneSummary>> zones() override {
    return ask<std::vector<ZoneSummary>>(
        {}, [](Transaction& transaction, const SeriesQuery&) { return all_zones(transaction); });
  }

 private:
  template <class Answer, class Question>
  Result<Answer> ask(const SeriesQuery& query, const Question& question) {
    Answer answer;
    return session_
        .read([&](Transaction& transaction) {
          return question(transaction, query).transform([&](Answer found) {
            answer = std::move(found);
          });
        })
        .transform([&] { return std::move(answer); });
  }

  Session session_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_postgres_store(const std::string& connection,
                                                   const PostgresOptions& options) {
  return parse_target(connection, options)
      .and_then([&](Target target) -> Result<std::unique_ptr<Store>> {
        Session session(std::move(target), options);
        if (auto opened = session.open(); !opened) {
          return std::unexpected(opened.error());
        }
        return std::make_unique<PostgresStore>(std::move(session));
      })
      .transform_error(doing("opening the carbon store"));
}

}  // namespace drover::carbon
