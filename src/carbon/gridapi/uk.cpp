// UK Carbon Intensity: no key. Great Britain as a whole ("GB"), or a region ("1" to "17"), of which
// there are forecasts alone.
#include "carbon/wire/uk.h"

#include <algorithm>
#include <format>
#include <utility>

#include "carbon/gridapi/adapters.h"
#include "carbon/gridapi/answer_data.h"
#include "carbon/gridapi/pieces.h"

namespace drover::carbon::gridapi {
namespace {

constexpr Duration kLongestRange = std::chrono::days{14};
constexpr Duration kRecent = std::chrono::hours{24};

bool is_national(const Feed& feed) { return feed.remote.empty() || feed.remote == "GB"; }

class UkIntensity final : public Provider {
 public:
  UkIntensity(ProviderSettings settings, Caller caller)
      : settings_(std::move(settings)), caller_(std::move(caller)) {}

  Result<ProviderData> recent(const Feed& feed, Instant now) override {
    return history(feed, now - kRecent, now);
  }

  Result<ProviderData> history(const Feed& feed, Instant from, Instant to) override {
    if (!is_national(feed)) {
      return ProviderData{};
    }
    return gather(pieces({.from = from, .to = to}, kLongestRange), [&](const Span& span) {
      return ask(feed, std::format("/intensity/{}/{}", to_minute(span.from), to_minute(span.to)))
          .transform([](ProviderData data) {
            data.forecasts.clear();  // made in the past, but nobody says when
            return data;
          });
    });
  }

  Result<ProviderData> forecast(const Feed& feed, Instant now) override {
    const auto path = is_national(feed) ? std::format("/intensity/{}/fw48h", to_minute(now))
                                        : std::format("/regional/intensity/{}/fw48h/regionid/{}",
                                                      to_minute(now), feed.remote);
    return ask(feed, path).transform([](ProviderData data) {
      data.series.clear();  // belongs to recent(), which asks for all of the last hours
      return data;
    });
  }

 private:
  Result<ProviderData> ask(const Feed& feed, const std::string& path) {
    const os::WebRequest request{.path = settings_.path_prefix + path, .query = {}, .headers = {}};
    return caller_.body(request).and_then([&](const std::string& body) {
      return data_of(wire::parse_uk_intensity(
          body, {.document = std::format("intensity of zone {}", feed.zone),
                 .zone = {},
                 .scope = {},
                 .issued = caller_.now(),
                 .source = settings_.source,
                 .kind = {},
                 .basis = {},
                 .clip_forecasts = true}));
    });
  }

  ProviderSettings settings_;
  Caller caller_;
};

}  // namespace

std::unique_ptr<Provider> make_uk(const ProviderSettings& settings, Caller caller) {
  return std::make_unique<UkIntensity>(settings, std::move(caller));
}

}  // namespace drover::carbon::gridapi
