#include "cli/carbon_source.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "carbon/registry.h"
#include "carbon/sqlite/sqlite_store.h"
#include "carbon/synthetic.h"
#include "os/file.h"
#include "policy/registry.h"

namespace drover::cli {
namespace {

using cluster::local::ClusterFile;

constexpr Duration kHour = std::chrono::hours{1};
constexpr Duration kHistory = std::chrono::days{800};  // more than any model looks back

Instant hour_of(Instant instant) { return std::chrono::floor<std::chrono::hours>(instant); }

template <class Table>
std::vector<std::string_view> names_in(const Table& table) {
  std::vector<std::string_view> names;
  for (const auto& entry : table) {
    names.push_back(entry.name);
  }
  return names;
}

class NameCheck {
 public:
  explicit NameCheck(std::filesystem::path file) : file_(std::move(file)) {}
  void check(int line, const std::string& field, const std::string& value, std::string_view kind,
             const std::vector<std::string_view>& known) {
    if (!std::ranges::contains(known, value)) {
      found_ += std::format("{}{}:{}: {}: '{}': is not a known {}{}", found_.empty() ? "" : "\n",
                            file_.string(), line, field, value, kind, suggest(value, known));
    }
  }
  [[nodiscard]] Result<> result() const { return found_.empty() ? Result<>{} : invalid(found_); }

 private:
  std::filesystem::path file_;
  std::string found_;
};

}  // namespace

Result<CarbonSource> CarbonSource::make(const cluster::local::CarbonEntry& entry) {
  CarbonSource source(entry);
  if (!entry.store) {
    return source;
  }
  if (!os::exists(*entry.store)) {
    return not_found(std::format(
        "carbon.store: there is no file {}; make it with `drover carbon import FILE --store {}`",
        entry.store->string(), entry.store->string()));
  }
  return carbon::open_sqlite_store(*entry.store)
      .transform([&](std::unique_ptr<carbon::Store> store) {
        source.store_ = std::move(store);
        return std::move(source);
      });
}

Result<std::vector<ZoneId>> CarbonSource::zones() const {
  if (store_ == nullptr) {
    return carbon::synthetic_zones();
  }
  return store_->zones().transform([&](const std::vector<carbon::ZoneSummary>& summaries) {
    std::vector<ZoneId> zones;
    for (const auto& summary : summaries) {
      if (to_string(summary.kind) == entry_.kind && to_string(summary.scope) == entry_.scope) {
        zones.push_back(summary.zone);
      }
    }
    return zones;
  });
}

Result<carbon::Series> CarbonSource::read(const ZoneId& zone, Instant from, Instant to) const {
  const auto kind = carbon::parse_kind(entry_.kind);
  const auto scope = carbon::parse_scope(entry_.scope);
  if (!kind || !scope) {
    return std::unexpected(kind ? scope.error() : kind.error());
  }
  if (store_ == nullptr) {
    return carbon::synthetic_series(
        {.zone = zone, .from = from, .to = to, .seed = entry_.seed, .scope = *scope});
  }
  return store_->read({.zone = zone, .kind = *kind, .scope = *scope, .from = from, .to = to});
}

std::optional<Intensity> CarbonSource::intensity(const ZoneId& zone, Instant now) const {
  const auto hour = read(zone, hour_of(now), hour_of(now) + kHour);
  return hour ? hour->at(now) : std::nullopt;
}

Result<control::Forecasts> CarbonForecasts::issue(const control::ForecastRequest& request) {
  control::Forecasts issued;
  const auto slot = hour_of(request.now);
  const auto leads = static_cast<std::size_t>(request.horizon / kHour);
  const Instant begin =
      source_.synthetic() ? std::max(slot - kHistory, carbon::kSyntheticBegin) : slot - kHistory;
  for (const auto& zone : request.zones) {
    auto forecast = source_.read(zone, begin, slot).and_then([&](const carbon::Series& known) {
      return carbon::issue_forecast(*model_, known, slot, leads);
    });
    if (forecast) {
      issued.zones.emplace(zone, *std::move(forecast));
    } else {
      issued.missing.emplace(zone, forecast.error().what);
    }
  }
  return issued;
}

Result<> check_names(const ClusterFile& cluster, const std::filesystem::path& file) {
  const auto known = CarbonSource::make(cluster.carbon).and_then([](const CarbonSource& source) {
    return source.zones();
  });
  if (!known) {
    return std::unexpected(doing(file.string())(known.error()));
  }
  std::vector<std::string_view> zones;
  std::ranges::transform(*known, std::back_inserter(zones),
                         [](const ZoneId& zone) -> std::string_view { return zone.str(); });
  const std::string data = cluster.carbon.store ? "zone of " + cluster.carbon.store->string()
                                                : "zone of the synthetic grid";
  NameCheck names(file);
  for (std::size_t i = 0; i < cluster.nodes.size(); ++i) {
    names.check(cluster.nodes[i].zone_line, std::format("nodes[{}].zone", i),
                cluster.nodes[i].zone.str(), data, zones);
  }
  names.check(cluster.policy.name_line, "policy.name", cluster.policy.name, "policy",
              names_in(policy::policies()));
  names.check(cluster.policy.forecaster_line, "policy.forecaster", cluster.policy.forecaster,
              "forecaster", names_in(carbon::forecasters()));
  return names.result();
}

}  // namespace drover::cli
