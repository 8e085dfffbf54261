// The exact planner: where one workload should run, slot by slot, to emit the least with at most
// k moves.
//
// With slots t = 0..D-1 of length d, zones z, intensity c_z(t), power P and the cost (duration m,
// energy E) of one move:
//
//   run(t, z)    = P d c_z(t)
//   pass(t, z)   = (P m + E/2) c_z(t)         one end's part of a move, on top of run()
//   move(t,a,b)  = pass(t, a) + pass(t, b)    both ends draw P while it lasts
//   enter(t, k)  = min over y of  pass(t, y) + run(t, y) + V(t+1, y, k-1)
//   V(t, z, k)   = min( run(t, z) + V(t+1, z, k),  pass(t, z) + enter(t, k) )
//   V(D, z, k)   = 0
//
// where z is the zone before slot t. What entering costs does not depend on the zone left, so the
// whole is O(D Z k). Among equal costs (to 1e-12) the schedule with fewer moves wins, then the one
// that stays longer, then the zone with the lowest index.
//
// Valid for: equal power in all zones, moves shorter than a slot, intensities constant in a slot.
// Source: the multi-move policy of KubeFlex (Farokhi, Souza), with a fixed start and moves priced.
// Checked against exhaustive enumeration; the laws: docs/models/forecast-policy.md.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "policy/policy.h"

namespace drover::policy {

struct Problem {
  // intensity[zone][slot], all rows equally long; order zones by id, since the lowest index wins
  // ties. A zone with a gap anywhere is no candidate.
  std::vector<std::vector<std::optional<Intensity>>> intensity;
  Duration slot = std::chrono::hours{1};
  Power power;
  MoveCost move_cost;
  std::size_t max_moves = 0;
  std::optional<std::size_t> start;  // the zone before slot 0; absent: any may be first, for free
};

struct Schedule {
  std::vector<std::size_t> zones;  // per slot
  std::size_t moves = 0;
  Carbon total;   // moving included
  Carbon moving;  // of which for moves
  // Per zone: the least total of any schedule whose first slot is there; absent: no candidate or no
  // move left.
  std::vector<std::optional<Carbon>> by_first_zone;
};

// kInvalid when the problem is malformed (uneven rows, no slot, unknown start, negative cost or
// intensity); kUnavailable when no zone is a candidate, or the start zone is none, so that nothing
// can be priced against it.
Result<Schedule> plan_schedule(const Problem& problem);

// Whether the zone's intensity is known in every slot.
bool is_candidate(const Problem& problem, std::size_t zone);

struct Step {
  std::size_t slot = 0;
  std::size_t from = 0;
  std::size_t to = 0;
};

// What the move costs on top of running; zero when it goes nowhere. Both zones must be candidates.
Carbon move_carbon(const Problem& problem, Step step);

// The accounting that plan_schedule minimises, for any sequence of candidate zones, however many
// moves it makes; by_first_zone stays empty. kInvalid when the sequence's length differs from the
// problem's slots, or it visits a zone that is no candidate.
Result<Schedule> account_schedule(const Problem& problem, std::vector<std::size_t> zones);

}  // namespace drover::policy
