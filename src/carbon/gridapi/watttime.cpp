// WattTime v3. Signals: co2_moer and co2_aoer. A login gives a token for half an hour.
#include "carbon/wire/watttime.h"

#include <format>
#include <map>
#include <utility>

#include "carbon/gridapi/adapters.h"
#include "carbon/gridapi/answer_data.h"
#include "carbon/gridapi/pieces.h"
#include "carbon/gridapi/place.h"

namespace drover::carbon::gridapi {
namespace {

constexpr Duration kLongestRange = std::chrono::days{30};
constexpr Duration kTokenLife = std::chrono::minutes{28};  // of 30: none expires on its way
constexpr Duration kRecent = std::chrono::hours{25};       // a day of whole hours, and the newest
constexpr int kUnauthorized = 401;
constexpr int kFirstError = 300;

class WattTime final : public Provider {
 public:
  WattTime(ProviderSettings settings, Caller caller)
      : settings_(std::move(settings)), caller_(std::move(caller)) {}

  Result<ProviderData> recent(const Feed& feed, Instant now) override {
    return history(feed, now - kRecent, now);
  }

  Result<ProviderData> history(const Feed& feed, Instant from, Instant to) override {
    return gather(pieces({.from = from, .to = to}, kLongestRange), [&](const Span& span) {
      return ask(feed, "historical",
                 {{.name = "start", .value = to_minute(span.from)},
                  {.name = "end", .value = to_minute(span.to)}});
    });
  }

  Result<ProviderData> forecast(const Feed& feed, Instant /*now*/) override {
    std::vector<os::WebParameter> more;
    if (settings_.horizon_hours) {
      more.push_back({.name = "horizon_hours", .value = std::to_string(*settings_.horizon_hours)});
    }
    return ask(feed, "forecast", std::move(more));
  }

 private:
  Result<ProviderData> ask(const Feed& feed, const std::string& what,
                           std::vector<os::WebParameter> query) {
    const auto kind = wire::parse_watttime_signal(feed.signal);
    const auto region = kind ? region_of(feed) : std::unexpected(kind.error());
    if (!region) {
      return std::unexpected(region.error());
    }
    query.push_back({.name = "region", .value = *region});
    query.push_back({.name = "signal_type", .value = feed.signal});
    return body(settings_.path_prefix + "/" + what, std::move(query))
        .and_then([&](const std::string& text) {
          return data_of(
              wire::parse_watttime(text, {.document = std::format("{} of zone {}", what, feed.zone),
                                          .zone = ZoneId{*region},
                                          .scope = {},
                                          .issued = caller_.now(),
                                          .source = settings_.source,
                                          .kind = *kind,
                                          .basis = {},
                                          .clip_forecasts = true}));
        });
  }

  // Asked for once per place: regions do not move.
  Result<std::string> region_of(const Feed& feed) {
    const auto place = place_of(feed.remote);
    if (!place) {
      return feed.remote;
    }
    const auto key = feed.remote + " " + feed.signal;
    if (const auto known = regions_.find(key); known != regions_.end()) {
      return known->second;
    }
    return body(settings_.path_prefix + "/region-from-loc",
                {{.name = "latitude", .value = place->latitude},
                 {.name = "longitude", .value = place->longitude},
                 {.name = "signal_type", .value = feed.signal}})
        .and_then([&](const std::string& text) {
          return wire::parse_watttime_region(text, std::format("region of zone {}", feed.zone));
        })
        .transform([&](const std::string& region) { return regions_[key] = region; });
  }

  // A token that is refused is replaced once: it may have been withdrawn before its time.
  Result<std::string> body(const std::string& path, std::vector<os::WebParameter> query) {
    os::WebRequest request{.path = path, .query = std::move(query), .headers = {}};
    Result<os::WebReply> reply = ask_with_token(request);
    if (reply && reply->status == kUnauthorized) {
      token_.clear();
      reply = ask_with_token(request);
    }
    return reply.and_then([](os::WebReply answer) -> Result<std::string> {
      return answer.status < kFirstError ? Result<std::string>(std::move(answer.body))
                                         : status_error(answer);
    });
  }

  Result<os::WebReply> ask_with_token(os::WebRequest& request) {
    if (token_.empty() || caller_.now() >= expires_) {
      if (auto logged_in = log_in(); !logged_in) {
        return std::unexpected(logged_in.error());
      }
    }
    request.headers = {{.name = settings_.auth_header, .value = "Bearer " + token_}};
    return caller_.ask(request);
  }

  Result<> log_in() {
    const auto basic = base64(settings_.username + ":" + settings_.password);
    caller_.secrets().add(basic);
    const auto asked = caller_.now();
    constexpr bool kReveal = true;
    const os::WebRequest login{.path = "/login",
                               .query = {},
                               .headers = {{.name = "Authorization", .value = "Basic " + basic}}};
    auto token =
        caller_.ask(login, kReveal).and_then([&](os::WebReply reply) -> Result<std::string> {
          if (reply.status >= kFirstError) {
            reply.body = caller_.secrets().scrubbed(std::move(reply.body));
            return status_error(reply);
          }
          return wire::parse_watttime_token(reply.body, "login");
        });
    return token.transform_error(doing("logging in")).transform([&](const std::string& given) {
      token_ = given;
      expires_ = asked + kTokenLife;
      caller_.secrets().add(token_);
    });
  }

  ProviderSettings settings_;
  Caller caller_;
  std::string token_;
  Instant expires_;
  std::map<std::string, std::string> regions_;
};

}  // namespace

std::unique_ptr<Provider> make_watttime(const ProviderSettings& settings, Caller caller) {
  return std::make_unique<WattTime>(settings, std::move(caller));
}

}  // namespace drover::carbon::gridapi
