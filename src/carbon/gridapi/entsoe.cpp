// ENTSO-E: actual generation per type, made into intensity. Signals: direct and lifecycle. The
// platform forecasts no mix.
#include "carbon/wire/entsoe.h"

#include <format>
#include <utility>

#include "carbon/gridapi/adapters.h"
#include "carbon/gridapi/answer_data.h"
#include "carbon/gridapi/pieces.h"

namespace drover::carbon::gridapi {
namespace {

// A year is allowed, but is 80 MB of XML in quarters of an hour.
constexpr Duration kLongestRange = std::chrono::days{30};
constexpr Duration kRecent = std::chrono::hours{24};

class Entsoe final : public Provider {
 public:
  Entsoe(ProviderSettings settings, Caller caller)
      : settings_(std::move(settings)), caller_(std::move(caller)) {}

  Result<ProviderData> recent(const Feed& feed, Instant now) override {
    return history(feed, now - kRecent, now);
  }

  Result<ProviderData> history(const Feed& feed, Instant from, Instant to) override {
    return gather(pieces({.from = from, .to = to}, kLongestRange),
                  [&](const Span& span) { return ask(feed, span); });
  }

  Result<ProviderData> forecast(const Feed& /*feed*/, Instant /*now*/) override {
    return ProviderData{};
  }

 private:
  Result<ProviderData> ask(const Feed& feed, const Span& span) {
    const auto scope = parse_scope(feed.signal);
    if (!scope) {
      return std::unexpected(scope.error());
    }
    const os::WebRequest request{
        .path = settings_.path_prefix,
        .query = {{.name = "securityToken", .value = settings_.token, .secret = true},
                  {.name = "documentType", .value = "A75"},
                  {.name = "processType", .value = "A16"},
                  {.name = "in_Domain", .value = feed.remote},
                  {.name = "periodStart", .value = compact(span.from)},
                  {.name = "periodEnd", .value = compact(span.to)}},
        .headers = {}};
    return caller_.body(request).and_then(
        [&](const std::string& body) { return parse(body, feed, *scope); });
  }

  // "No matching data found" is an answer without series.
  Result<ProviderData> parse(const std::string& body, const Feed& feed, Scope scope) {
    return data_of(
        wire::parse_entsoe(body, {.document = std::format("generation of zone {}", feed.zone),
                                  .zone = feed.zone,
                                  .scope = scope,
                                  .issued = caller_.now(),
                                  .source = settings_.source,
                                  .kind = {},
                                  .basis = {},
                                  .clip_forecasts = false}));
  }

  ProviderSettings settings_;
  Caller caller_;
};

}  // namespace

std::unique_ptr<Provider> make_entsoe(const ProviderSettings& settings, Caller caller) {
  return std::make_unique<Entsoe>(settings, std::move(caller));
}

}  // namespace drover::carbon::gridapi
