#include "policy/registry.h"

#include <algorithm>
#include <array>
#include <format>
#include <vector>

#include "base/text.h"
#include "policy/baselines.h"
#include "policy/forecast_policy.h"

namespace drover::policy {
namespace {

constexpr std::array kPolicies = {
    PolicyEntry{.name = "stay", .summary = "never moves anything; the baseline", .make = make_stay},
    PolicyEntry{.name = "immediate",
                .summary = "goes to the zone with the lowest intensity now",
                .make = make_immediate},
    PolicyEntry{.name = "forecast",
                .summary = "follows the cheapest schedule over the forecast, its moves priced",
                .make = make_forecast},
};

}  // namespace

std::span<const PolicyEntry> policies() { return kPolicies; }

Result<std::unique_ptr<Policy>> make_policy(std::string_view name) {
  const auto found = std::ranges::find(kPolicies, name, &PolicyEntry::name);
  if (found != kPolicies.end()) {
    return found->make();
  }
  std::vector<std::string_view> names;
  std::ranges::transform(kPolicies, std::back_inserter(names), &PolicyEntry::name);
  return not_found(std::format("there is no policy '{}'{}", name, suggest(name, names)));
}

}  // namespace drover::policy
