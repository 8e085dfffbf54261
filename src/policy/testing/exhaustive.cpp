#include "policy/testing/exhaustive.h"

#include <utility>

namespace drover::policy::testing {
namespace {

// The next sequence in counting order; false after the last.
bool advance(std::vector<std::size_t>& zones, std::size_t zone_count) {
  for (auto& zone : zones) {
    if (++zone < zone_count) {
      return true;
    }
    zone = 0;
  }
  return false;
}

}  // namespace

std::optional<Schedule> exhaustive_schedule(const Problem& problem) {
  std::optional<Schedule> best;
  std::vector<std::size_t> zones(problem.intensity.front().size(), 0);
  do {
    auto schedule = account_schedule(problem, zones);
    if (schedule && schedule->moves <= problem.max_moves &&
        (!best || schedule->total < best->total)) {
      best = *std::move(schedule);
    }
  } while (advance(zones, problem.intensity.size()));
  return best;
}

}  // namespace drover::policy::testing
