#include "cli/carbon_source.h"

#include <algorithm>
#include <format>
#include <iterator>

#include "base/text.h"
#include "carbon/known.h"
#include "carbon/points.h"
#include "carbon/registry.h"
#include "carbon/synthetic.h"
#include "cli/carbon_config.h"
#include "cli/carbon_store.h"
#include "os/environment.h"
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
  // What providers are asked for may be the first that is written.
  auto opened =
      entry.providers ? open_carbon_store(*entry.store) : open_existing_carbon_store(*entry.store);
  return std::move(opened)
      .transform([&](std::unique_ptr<carbon::Store> store) {
        source.store_ = std::move(store);
        return std::move(source);
      })
      .transform_error(doing("carbon.store"));
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

Result<carbon::SeriesQuery> CarbonSource::query(const ZoneId& zone) const {
  const auto kind = carbon::parse_kind(entry_.kind);
  const auto scope = carbon::parse_scope(entry_.scope);
  if (!kind || !scope) {
    return std::unexpected(kind ? scope.error() : kind.error());
  }
  return carbon::SeriesQuery{.zone = zone,
                             .kind = *kind,
                             .scope = *scope,
                             .basis = {},
                             .source = entry_.source,
                             .from = {},
                             .to = {}};
}

Result<carbon::Series> CarbonSource::read(const ZoneId& zone, Instant from, Instant to) const {
  auto what = query(zone);
  if (!what) {
    return std::unexpected(what.error());
  }
  if (store_ == nullptr) {
    return carbon::synthetic_series(
        {.zone = zone, .from = from, .to = to, .seed = entry_.seed, .scope = what->scope});
  }
  what->from = from;
  what->to = to;
  return store_->read(*what).and_then([](const carbon::Series& series) {
    return series.step < kHour ? carbon::coarsened(series, kHour) : Result<carbon::Series>(series);
  });
}

Result<carbon::History> CarbonSource::history(const ZoneId& zone, Instant at) const {
  if (store_ == nullptr) {
    return read(zone, std::max(at - kHistory, carbon::kSyntheticBegin), at)
        .and_then([&](const carbon::Series& known) { return carbon::History::before(known, at); });
  }
  return query(zone).and_then([&](const carbon::SeriesQuery& what) {
    return carbon::history_before(*store_, what, at, kHour);
  });
}

std::optional<Intensity> CarbonSource::intensity(const ZoneId& zone, Instant now) const {
  const auto hour = read(zone, hour_of(now), hour_of(now) + kHour);
  return hour ? hour->at(now) : std::nullopt;
}

Result<control::Forecasts> CarbonForecasts::issue(const control::ForecastRequest& request) {
  control::Forecasts issued;
  const auto slot = hour_of(request.now);
  const auto leads = static_cast<std::size_t>(request.horizon / kHour);
  for (const auto& zone : request.zones) {
    const auto forecast = source_.history(zone, slot).and_then([&](const carbon::History& known) {
      return model_->predict(known, leads);
    });
    if (forecast) {
      issued.zones.emplace(zone, *forecast);
    } else {
      issued.missing.emplace(zone, forecast.error().what);
    }
  }
  return issued;
}

namespace {

// Those there are data of, and those that data will be fetched of.
Result<std::vector<ZoneId>> known_zones(const cluster::local::CarbonEntry& entry) {
  auto known =
      CarbonSource::make(entry).and_then([](const CarbonSource& source) { return source.zones(); });
  if (!known || !entry.providers) {
    return known;
  }
  return load_carbon_config(*entry.providers,
                            [](const std::string& name) { return os::environment(name); })
      .transform_error(doing("carbon.providers"))
      .transform([&](const CarbonConfig& config) {
        for (const auto& provider : config.providers) {
          std::ranges::transform(provider.feeds, std::back_inserter(*known), &carbon::Feed::zone);
        }
        return *std::move(known);
      });
}

}  // namespace

Result<> check_names(const ClusterFile& cluster, const std::filesystem::path& file) {
  const auto known = known_zones(cluster.carbon);
  if (!known) {
    return std::unexpected(doing(file.string())(known.error()));
  }
  std::vector<std::string_view> zones;
  std::ranges::transform(*known, std::back_inserter(zones),
                         [](const ZoneId& zone) -> std::string_view { return zone.str(); });
  const std::string data = cluster.carbon.store ? "zone of " + *cluster.carbon.store
                                                : std::string("zone of the synthetic grid");
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
