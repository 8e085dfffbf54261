// The accounting of a schedule, step by step: it shares prices with the planner, but none of its
// recurrence, so that each checks the other.
#include <format>
#include <utility>

#include "policy/planner.h"
#include "policy/problem.h"

namespace drover::policy {
namespace {

class Replay {
 public:
  explicit Replay(const Problem& problem)
      : problem_(problem),
        place_(problem.start),
        left_(total_work(problem)),
        suspended_(problem.suspended),
        started_(is_started(problem)) {}

  Result<Schedule> follow(Zones zones) {
    for (std::size_t slot = 0; slot < zones.size(); ++slot) {
      const auto done = zones[slot] ? run(slot, *zones[slot]) : idle(slot);
      if (!done) {
        return std::unexpected(done.error());
      }
    }
    if (left_ > Duration{}) {
      return invalid(std::format("after {} slots work is left", zones.size()));
    }
    schedule_.total += schedule_.moving + schedule_.pausing;
    schedule_.zones = std::move(zones);
    return std::move(schedule_);
  }

 private:
  Result<> idle(std::size_t slot) {
    if (!started_) {
      return slot < problem_.max_wait
                 ? Result<>{}
                 : invalid(std::format("slot {}: it may not wait so long to start", slot));
    }
    if (!suspended_) {
      if (!problem_.pause || slot < free_from_) {
        return invalid(std::format("slot {}: it may not be suspended", slot));
      }
      ++schedule_.pauses;
      schedule_.pausing += at_once(problem_, slot, *place_, problem_.pause->suspend);
      suspended_ = true;
    }
    return {};
  }

  Result<> run(std::size_t slot, std::size_t zone) {
    if (zone >= problem_.intensity.size() || !is_candidate(problem_, zone)) {
      return invalid(std::format("slot {}: zone {} has gaps or does not exist", slot, zone));
    }
    if (left_ <= Duration{}) {
      return invalid(std::format("slot {}: no work is left", slot));
    }
    if (place_ && *place_ != zone) {
      if (auto moved = move(slot, zone); !moved) {
        return moved;
      }
    }
    if (suspended_) {
      schedule_.pausing += at_once(problem_, slot, zone, problem_.pause->resume);
    }
    suspended_ = false;
    started_ = true;
    place_ = zone;
    work(slot, zone);
    return {};
  }

  Result<> move(std::size_t slot, std::size_t zone) {
    const auto ends = slot + hold_slots(problem_);
    if (slot < free_from_ || ends > slot_count(problem_)) {
      return invalid(std::format("slot {}: a move has not ended, or would not in time", slot));
    }
    free_from_ = ends;
    left_ += lost_by_move(problem_);
    schedule_.moving += move_carbon(problem_, {.slot = slot, .from = *place_, .to = zone});
    ++schedule_.moves;
    return {};
  }

  void work(std::size_t slot, std::size_t zone) {
    const auto worked = std::min(left_, problem_.slot);
    const auto billed = problem_.bill_whole_slots ? problem_.slot : worked;
    schedule_.total +=
        run_carbon(problem_, slot, zone) *
        (static_cast<double>(billed.count()) / static_cast<double>(problem_.slot.count()));
    left_ -= worked;
  }

  const Problem& problem_;
  Schedule schedule_;
  std::optional<std::size_t> place_;
  Duration left_;
  bool suspended_;
  bool started_;
  std::size_t free_from_ = 0;  // the slot from which a decision may be made again
};

}  // namespace

Carbon move_carbon(const Problem& problem, Step step) {
  if (step.from == step.to) {
    return {};
  }
  return end_carbon(problem, step.slot, step.from, End::kSource) +
         end_carbon(problem, step.slot, step.to, End::kDestination);
}

Result<Schedule> account_schedule(const Problem& problem, Zones zones) {
  return check_problem(problem).and_then([&]() -> Result<Schedule> {
    if (zones.size() > slot_count(problem)) {
      return invalid(
          std::format("a sequence of {} slots for {}", zones.size(), slot_count(problem)));
    }
    return Replay(problem).follow(std::move(zones));
  });
}

Zones constant_zones(const Problem& problem, std::size_t zone) {
  return Zones(slot_count(problem), zone);
}

}  // namespace drover::policy
