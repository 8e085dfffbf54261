#include "policy/testing/exhaustive.h"

#include <utility>

namespace drover::policy::testing {
namespace {

// The next sequence in counting order, where idle comes after the last zone; false after the last.
bool advance(Zones& zones, std::size_t zone_count, bool with_idle) {
  for (auto& zone : zones) {
    if (zone && *zone + 1 < zone_count) {
      ++*zone;
      return true;
    }
    if (zone && with_idle) {
      zone.reset();
      return true;
    }
    zone = 0;
  }
  return false;
}

}  // namespace

std::optional<Schedule> exhaustive_schedule(const Problem& problem) {
  std::optional<Schedule> best;
  const auto slots = problem.intensity.front().size();
  for (auto length = problem.work ? 1 : slots; length <= slots; ++length) {
    Zones zones(length, 0);
    do {
      auto schedule = account_schedule(problem, zones);
      if (schedule && schedule->moves <= problem.max_moves &&
          (!best || schedule->total < best->total)) {
        best = *std::move(schedule);
      }
    } while (advance(zones, problem.intensity.size(), problem.work.has_value()));
  }
  return best;
}

}  // namespace drover::policy::testing
