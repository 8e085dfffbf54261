#include "cli/demo_report.h"

#include <algorithm>
#include <cmath>
#include <format>

#include <nlohmann/json.hpp>

namespace drover::cli {
namespace {

using nlohmann::json;

constexpr Micros kLongestStall{1'000'000};
// Sums of the same terms in another order differ by rounding.
constexpr double kRounding = 1e-9;

std::size_t committed(const DemoReport& report) {
  return static_cast<std::size_t>(
      std::ranges::count(report.migrations, "committed", &DemoMigration::outcome));
}

Claim none_of(std::string_view what, std::int64_t count) {
  return {std::format("no {}: {}", what, count), count == 0};
}

Claim no_more_than(const DemoReport& report, std::string_view other) {
  const auto own = emissions_of(report, report.policy);
  const auto theirs = emissions_of(report, other);
  if (!own || !theirs) {
    return {std::format("emissions of {} no higher than of {}: not known", report.policy, other),
            false};
  }
  return {std::format("emissions of {} no higher than of {}: {:.1f} and {:.1f} g", report.policy,
                      other, own->grams(), theirs->grams()),
          own->grams() <= theirs->grams() * (1 + kRounding)};
}

json to_json(const DemoMigration& migration) {
  json phases = json::array();
  for (const auto& phase : migration.phases) {
    phases.push_back({{"name", phase.name}, {"start_s", phase.start_s}, {"end_s", phase.end_s}});
  }
  json node{{"id", migration.id.str()},
            {"from", migration.from.str()},
            {"to", migration.to.str()},
            {"from_zone", migration.from_zone.str()},
            {"to_zone", migration.to_zone.str()},
            {"hour", nullptr},
            {"reason", migration.reason},
            {"outcome", migration.outcome},
            {"bytes", migration.bytes.count()},
            {"begun", format_time(migration.begun)},
            {"phases", std::move(phases)},
            {"stall_ms", to_ms(migration.stall.value_or(Micros{0}))}};
  if (migration.hour) {
    node["hour"] = format_time(*migration.hour);
  }
  if (!migration.error.empty()) {
    node["error"] = migration.error;
  }
  return node;
}

json to_json(const WindowStudy& study) {
  return {{"windows", study.windows},
          {"first", format_time(study.first)},
          {"last", format_time(study.last)},
          {"no_worse_than_immediate", study.no_worse_than_immediate},
          {"no_worse_than_stay", study.no_worse_than_stay},
          {"enough_moves", study.enough_moves},
          {"all", study.all},
          {"mean_saving_against_immediate", study.mean_saving}};
}

json window_of(const DemoReport& report) {
  json zones = json::array();
  for (const auto& zone : report.zones) {
    zones.push_back(zone.str());
  }
  return {{"start", format_time(report.start)},
          {"end", format_time(report.start + std::chrono::hours{report.hours})},
          {"hours", report.hours},
          {"zones", std::move(zones)},
          {"speed", report.speed}};
}

json client_of(const LoadReport& client) {
  return {{"operations", client.operations()},
          {"errors", client.errors()},
          {"reconnects", client.reconnects()},
          {"lost", client.lost},
          {"duplicated", client.duplicated},
          {"corrupted", client.corrupted},
          {"longest_stall_ms", to_ms(client.longest_stall())},
          {"p50_ms", to_ms(client.p50)},
          {"p99_ms", to_ms(client.p99)},
          {"data_bytes", client.data_bytes}};
}

}  // namespace

std::vector<Claim> claims_of(const DemoReport& report) {
  std::vector<Claim> claims;
  if (report.wanted_migrations > 0) {
    claims.push_back({std::format("at least {} committed migrations: {}", report.wanted_migrations,
                                  committed(report)),
                      committed(report) >= report.wanted_migrations});
  }
  const auto& client = report.client;
  claims.push_back({std::format("the clients were served: {} operations", client.operations()),
                    client.operations() > 0});
  claims.push_back(none_of("errors", client.errors()));
  claims.push_back(none_of("reconnects", client.reconnects()));
  claims.push_back(none_of("lost operations or keys", client.lost));
  claims.push_back(none_of("duplicated operations", client.duplicated));
  claims.push_back(none_of("corrupted values", client.corrupted));
  claims.push_back(
      {std::format("longest stall under 1 s: {:.0f} ms", to_ms(client.longest_stall())),
       client.longest_stall() < kLongestStall});
  if (report.policy == "forecast") {
    claims.push_back(no_more_than(report, "immediate"));
    claims.push_back(no_more_than(report, "stay"));
  }
  return claims;
}

std::optional<Carbon> emissions_of(const DemoReport& report, std::string_view policy) {
  const auto row = std::ranges::find(report.emissions, policy, &EmissionsRow::policy);
  return row == report.emissions.end() ? std::nullopt : std::optional{row->carbon};
}

std::optional<Micros> longest_stall_in(std::span<const ClientReport> clients, Instant from,
                                       Instant to) {
  std::optional<Micros> longest;
  for (const auto& client : clients) {
    for (const auto& stall : client.stalls) {
      if (stall.end >= from && stall.start <= to) {
        longest = std::max(longest.value_or(Micros{0}), stall.length);
      }
    }
  }
  return longest;
}

json to_json(const DemoReport& report) {
  json migrations = json::array();
  for (const auto& migration : report.migrations) {
    migrations.push_back(to_json(migration));
  }
  json emissions = json::object();
  json basis = json::object();
  for (const auto& row : report.emissions) {
    emissions[row.policy] = row.carbon.grams();
    basis[row.policy] = row.basis;
  }
  json claims = json::array();
  for (const auto& claim : claims_of(report)) {
    claims.push_back({{"claim", claim.text}, {"holds", claim.holds}});
  }
  json node{{"data", report.real_data ? "real" : "synthetic"},
            {"source", report.source},
            {"window", window_of(report)},
            {"policy", report.policy},
            {"forecaster", report.forecaster},
            {"migrations", std::move(migrations)},
            {"client", client_of(report.client)},
            {"emissions_g", std::move(emissions)},
            {"emissions_basis", std::move(basis)},
            {"assumed",
             {{"power_w", report.power.watts()},
              {"move_s", static_cast<double>(report.move_duration.count()) / 1000}}},
            {"claims", std::move(claims)}};
  if (report.study) {
    node["study"] = to_json(*report.study);
  }
  return node;
}

}  // namespace drover::cli
