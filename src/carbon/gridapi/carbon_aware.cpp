// The Carbon Aware SDK's Web API. It hands on what its own source gave and does not say which
// quantity that is, so the signal does: "average-direct", "marginal-direct", ...
#include "carbon/wire/carbon_aware.h"

#include <format>
#include <utility>

#include "carbon/gridapi/adapters.h"
#include "carbon/gridapi/answer_data.h"
#include "carbon/gridapi/pieces.h"

namespace drover::carbon::gridapi {
namespace {

constexpr Duration kLongestRange = std::chrono::days{7};
constexpr Duration kRecent = std::chrono::hours{24};
constexpr int kNoContent = 204;
constexpr int kCannotForecast = 501;
constexpr int kFirstError = 300;

class CarbonAware final : public Provider {
 public:
  CarbonAware(ProviderSettings settings, Caller caller)
      : settings_(std::move(settings)), caller_(std::move(caller)) {}

  Result<ProviderData> recent(const Feed& feed, Instant now) override {
    return history(feed, now - kRecent, now);
  }

  Result<ProviderData> history(const Feed& feed, Instant from, Instant to) override {
    return gather(pieces({.from = from, .to = to}, kLongestRange), [&](const Span& span) {
      return ask(feed, "/emissions/bylocation",
                 {{.name = "location", .value = feed.remote},
                  {.name = "time", .value = to_minute(span.from)},
                  {.name = "toTime", .value = to_minute(span.to)}});
    });
  }

  Result<ProviderData> forecast(const Feed& feed, Instant /*now*/) override {
    return ask(feed, "/emissions/forecasts/current", {{.name = "location", .value = feed.remote}});
  }

 private:
  Result<ProviderData> ask(const Feed& feed, const std::string& path,
                           std::vector<os::WebParameter> query) {
    os::WebRequest request{
        .path = settings_.path_prefix + path, .query = std::move(query), .headers = {}};
    if (!settings_.token.empty()) {
      request.headers.push_back({.name = settings_.auth_header, .value = settings_.token});
    }
    const auto reply = caller_.ask(request);
    if (!reply) {
      return std::unexpected(reply.error());
    }
    if (reply->status == kNoContent || reply->status == kCannotForecast) {
      return ProviderData{};
    }
    if (reply->status >= kFirstError) {
      return status_error(*reply);
    }
    return parse(reply->body, path, feed);
  }

  // The provider's own name for the zone may come back instead of the location, so none is asked
  // for: the request was about one.
  Result<ProviderData> parse(const std::string& body, const std::string& path, const Feed& feed) {
    const auto dash = feed.signal.find('-');
    const auto kind = parse_kind(feed.signal.substr(0, dash));
    const auto scope = parse_scope(feed.signal.substr(dash + 1));
    if (!kind || !scope) {
      return std::unexpected(!kind ? kind.error() : scope.error());
    }
    return data_of(
        wire::parse_carbon_aware(body, {.document = std::format("{} of zone {}", path, feed.zone),
                                        .zone = {},
                                        .scope = *scope,
                                        .issued = caller_.now(),
                                        .source = settings_.source,
                                        .kind = *kind,
                                        .basis = {},
                                        .clip_forecasts = true}));
  }

  ProviderSettings settings_;
  Caller caller_;
};

}  // namespace

std::unique_ptr<Provider> make_carbon_aware(const ProviderSettings& settings, Caller caller) {
  return std::make_unique<CarbonAware>(settings, std::move(caller));
}

}  // namespace drover::carbon::gridapi
