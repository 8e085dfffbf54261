#include "carbon/gridapi/registry.h"

#include <algorithm>
#include <array>
#include <format>
#include <iterator>
#include <utility>
#include <vector>

#include "base/text.h"
#include "carbon/gridapi/adapters.h"
#include "carbon/points.h"

namespace drover::carbon::gridapi {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array<std::string_view, 2> kScopes = {"direct", "lifecycle"};
constexpr std::array<std::string_view, 2> kWattTimeSignals = {"co2_moer", "co2_aoer"};
constexpr std::array<std::string_view, 1> kUkSignals = {"direct"};
constexpr std::array<std::string_view, 4> kQuantities = {"average-direct", "average-lifecycle",
                                                         "marginal-direct", "marginal-lifecycle"};

// Rates are the services' own where they say one, and otherwise what a polite client keeps to.
constexpr ProviderEntry kProviders[] = {
    {.name = "electricitymaps",
     .summary = "Electricity Maps v3: average, direct or lifecycle, with forecasts; world-wide",
     .base_url = "https://api.electricitymap.org",
     .path_prefix = "/v3",
     .auth_header = "auth-token",
     .credentials = Credentials::kToken,
     .signals = kScopes,
     .rate = {.calls = 60, .period = minutes{1}},
     .point_period = hours{1},
     .forecast_period = hours{1},
     .make = make_electricity_maps},
    {.name = "watttime",
     .summary = "WattTime v3: marginal or average, direct, with forecasts",
     .base_url = "https://api.watttime.org",
     .path_prefix = "/v3",
     .auth_header = "Authorization",
     .credentials = Credentials::kLogin,
     .signals = kWattTimeSignals,
     .rate = {.calls = 3000, .period = minutes{5}},
     .point_period = minutes{5},
     .forecast_period = minutes{5},
     .make = make_watttime},
    {.name = "uk",
     .summary = "UK Carbon Intensity (NESO): Great Britain and its regions, direct, with forecasts",
     .base_url = "https://api.carbonintensity.org.uk",
     .path_prefix = "",
     .auth_header = "",
     .credentials = Credentials::kNone,
     .signals = kUkSignals,
     .rate = {.calls = 60, .period = minutes{1}},
     .point_period = minutes{30},
     .forecast_period = minutes{30},
     .make = make_uk},
    {.name = "entsoe",
     .summary = "ENTSO-E: Europe, from generation per type, production based; no forecasts",
     .base_url = "https://web-api.tp.entsoe.eu",
     .path_prefix = "/api",
     .auth_header = "",
     .credentials = Credentials::kToken,
     .signals = kScopes,
     .rate = {.calls = 400, .period = minutes{1}},
     .ban = minutes{10},
     .point_period = hours{1},
     .forecast_period = Duration{0},
     .make = make_entsoe},
    {.name = "carbonaware",
     .summary = "a Carbon Aware SDK Web API of one's own, whatever its source is",
     .base_url = "",
     .path_prefix = "",
     .auth_header = "Authorization",
     .credentials = Credentials::kOptionalToken,
     .signals = kQuantities,
     .rate = {.calls = 60, .period = minutes{1}},
     .point_period = minutes{5},
     .forecast_period = minutes{5},
     .make = make_carbon_aware},
};

// Steps that are finer than asked for become means. One without a whole step is nothing.
Result<std::optional<Series>> stepped(const Series& series, Duration step) {
  if (series.step >= step) {
    return series;
  }
  return coarsened(series, step).transform([](Series coarse) -> std::optional<Series> {
    const auto known = [](const std::optional<Intensity>& value) { return value.has_value(); };
    const auto first = std::ranges::find_if(coarse.values, known);
    if (first == coarse.values.end()) {
      return std::nullopt;
    }
    const auto last = std::ranges::find_last_if(coarse.values, known).begin();
    const auto begin = static_cast<std::size_t>(first - coarse.values.begin());
    const auto end = static_cast<std::size_t>(last - coarse.values.begin()) + 1;
    return slice(coarse, coarse.time_of(begin), coarse.time_of(end)).value();
  });
}

// Makes of what any service says what all of them are to say.
class Harmonised final : public Provider {
 public:
  Harmonised(std::unique_ptr<Provider> inner, std::shared_ptr<Secrets> secrets,
             const ProviderSettings& settings)
      : inner_(std::move(inner)),
        secrets_(std::move(secrets)),
        name_(settings.name),
        step_(settings.step) {}

  Result<ProviderData> recent(const Feed& feed, Instant now) override {
    return harmonised(feed, inner_->recent(feed, now));
  }
  Result<ProviderData> history(const Feed& feed, Instant from, Instant to) override {
    return harmonised(feed, inner_->history(feed, from, to));
  }
  Result<ProviderData> forecast(const Feed& feed, Instant now) override {
    return harmonised(feed, inner_->forecast(feed, now));
  }

 private:
  Result<ProviderData> harmonised(const Feed& feed, Result<ProviderData> data) {
    return std::move(data)
        .and_then([&](const ProviderData& given) { return renamed(feed, given); })
        .transform_error([&](Error error) {
          error.what = secrets_->scrubbed(
              std::format("{}: zone {}, {}: {}", name_, feed.zone, feed.signal, error.what));
          return error;
        });
  }

  Result<ProviderData> renamed(const Feed& feed, const ProviderData& given) const {
    ProviderData out;
    for (const Series& one : given.series) {
      auto series = stepped(one, step_);
      if (!series) {
        return std::unexpected(series.error());
      }
      if (*series) {
        (*series)->zone = feed.zone;
        out.series.push_back(**std::move(series));
      }
    }
    for (const ProviderForecast& one : given.forecasts) {
      auto series = stepped(one.values, step_);
      if (!series) {
        return std::unexpected(series.error());
      }
      if (*series) {
        (*series)->zone = feed.zone;
        out.forecasts.push_back({.issued = one.issued, .values = **std::move(series)});
      }
    }
    return out;
  }

  std::unique_ptr<Provider> inner_;
  std::shared_ptr<Secrets> secrets_;
  std::string name_;
  Duration step_;
};

}  // namespace

std::span<const ProviderEntry> providers() { return kProviders; }

Result<const ProviderEntry*> find_provider(std::string_view type) {
  const auto found = std::ranges::find(kProviders, type, &ProviderEntry::name);
  if (found != std::end(kProviders)) {
    return found;
  }
  std::vector<std::string_view> names;
  std::ranges::transform(kProviders, std::back_inserter(names), &ProviderEntry::name);
  return not_found(std::format("there is no provider type '{}'{}", type, suggest(type, names)));
}

SeriesQuery stored_as(const ProviderSettings& settings, const Feed& feed) {
  const bool marginal = feed.signal == "co2_moer" || feed.signal.starts_with("marginal");
  const bool lifecycle = feed.signal.ends_with("lifecycle");
  return {.zone = feed.zone,
          .kind = marginal ? Kind::kMarginal : Kind::kAverage,
          .scope = lifecycle ? Scope::kLifecycle : Scope::kDirect,
          .basis = {},
          .source = settings.source,
          .from = {},
          .to = {}};
}

Result<ProviderSettings> completed(ProviderSettings settings) {
  return find_provider(settings.type).transform([&](const ProviderEntry* entry) {
    if (settings.path_prefix.empty()) {
      settings.path_prefix = entry->path_prefix;
    }
    while (settings.path_prefix.ends_with('/')) {
      settings.path_prefix.pop_back();
    }
    if (settings.auth_header.empty()) {
      settings.auth_header = entry->auth_header;
    }
    return std::move(settings);
  });
}

Result<std::unique_ptr<Provider>> make_provider(const ProviderSettings& settings, Outside outside) {
  return find_provider(settings.type)
      .transform([&](const ProviderEntry* entry) -> std::unique_ptr<Provider> {
        auto secrets = std::make_shared<Secrets>();
        secrets->add(settings.token);
        secrets->add(settings.password);
        Caller caller(std::move(outside), {.rate = entry->rate, .backoff = {}, .ban = entry->ban},
                      secrets);
        return std::make_unique<Harmonised>(entry->make(settings, std::move(caller)), secrets,
                                            settings);
      });
}

}  // namespace drover::carbon::gridapi
