// What the planner and its accounting share about a problem. Internal to the planner.
#pragma once

#include <cstddef>

#include "policy/planner.h"

namespace drover::policy {

// kInvalid naming what is malformed.
Result<> check_problem(const Problem& problem);

std::size_t slot_count(const Problem& problem);
Power power_in(const Problem& problem, std::size_t zone);

// Whether the workload runs, or is suspended, before slot 0. With a wait it is only bound to
// `start`.
bool is_started(const Problem& problem);

// Useful time that is to be worked in all: the job's, or every slot there is.
Duration total_work(const Problem& problem);
// What one move adds to it: nothing where there is no job.
Duration lost_by_move(const Problem& problem);
// Slots from the beginning of a move until the next decision: at least 1.
std::size_t hold_slots(const Problem& problem);

Carbon run_carbon(const Problem& problem, std::size_t slot, std::size_t zone);

// What one end of a move draws on top of running, spent evenly over its duration.
enum class End { kSource, kDestination };
Energy end_energy(const Problem& problem, std::size_t zone, End end);
// One end's part of a move that begins with the slot.
Carbon end_carbon(const Problem& problem, std::size_t slot, std::size_t zone, End end);

Carbon at_once(const Problem& problem, std::size_t slot, std::size_t zone, Energy energy);

}  // namespace drover::policy
