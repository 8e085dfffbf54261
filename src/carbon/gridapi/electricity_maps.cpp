// Electricity Maps v3. Signals: direct and lifecycle.
#include "carbon/wire/electricity_maps.h"

#include <format>
#include <iterator>
#include <utility>

#include "carbon/gridapi/adapters.h"
#include "carbon/gridapi/answer_data.h"
#include "carbon/gridapi/pieces.h"
#include "carbon/gridapi/place.h"

namespace drover::carbon::gridapi {
namespace {

constexpr Duration kLongestRange = std::chrono::days{10};  // of hourly values in one request

class ElectricityMaps final : public Provider {
 public:
  ElectricityMaps(ProviderSettings settings, Caller caller)
      : settings_(std::move(settings)), caller_(std::move(caller)) {}

  // The last 24 hours, and the newest value, which the former may not have yet.
  Result<ProviderData> recent(const Feed& feed, Instant /*now*/) override {
    auto data = ask(feed, "history", {});
    const auto latest = data ? ask(feed, "latest", {}) : data;
    if (!latest) {
      return latest;
    }
    std::ranges::copy(latest->series, std::back_inserter(data->series));
    return data;
  }

  Result<ProviderData> history(const Feed& feed, Instant from, Instant to) override {
    return gather(pieces({.from = from, .to = to}, kLongestRange), [&](const Span& span) {
      return ask(feed, "past-range",
                 {{.name = "start", .value = to_minute(span.from)},
                  {.name = "end", .value = to_minute(span.to)}});
    });
  }

  Result<ProviderData> forecast(const Feed& feed, Instant /*now*/) override {
    std::vector<os::WebParameter> more;
    if (settings_.horizon_hours) {
      more.push_back({.name = "horizonHours", .value = std::to_string(*settings_.horizon_hours)});
    }
    return ask(feed, "forecast", std::move(more));
  }

 private:
  // What is not there, such as a zone without recent data, is an answer without series.
  Result<ProviderData> ask(const Feed& feed, const std::string& what,
                           std::vector<os::WebParameter> more) {
    const auto place = place_of(feed.remote);
    os::WebRequest request{
        .path = std::format("{}/carbon-intensity/{}", settings_.path_prefix, what),
        .query = {},
        .headers = {{.name = settings_.auth_header, .value = settings_.token}}};
    if (place) {
      request.query = {{.name = "lat", .value = place->latitude},
                       {.name = "lon", .value = place->longitude}};
    } else {
      request.query = {{.name = "zone", .value = feed.remote}};
    }
    request.query.push_back({.name = "emissionFactorType", .value = feed.signal});
    std::ranges::move(more, std::back_inserter(request.query));
    const auto scope = parse_scope(feed.signal);
    if (!scope) {
      return std::unexpected(scope.error());
    }
    return caller_.body(request).and_then([&](const std::string& body) {
      const wire::WireOptions options{
          .document = std::format("{} of zone {}", what, feed.zone),
          .zone = place ? std::nullopt : std::optional(ZoneId{feed.remote}),
          .scope = *scope,
          .issued = caller_.now(),
          .source = settings_.source,
          .kind = {},
          .basis = {},
          .clip_forecasts = true};
      return data_of(wire::parse_electricity_maps(body, options));
    });
  }

  ProviderSettings settings_;
  Caller caller_;
};

}  // namespace

std::unique_ptr<Provider> make_electricity_maps(const ProviderSettings& settings, Caller caller) {
  return std::make_unique<ElectricityMaps>(settings, std::move(caller));
}

}  // namespace drover::carbon::gridapi
