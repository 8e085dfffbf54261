// The exact planner: where and when one workload should run, slot by slot, to emit the least with
// at most k moves.
//
// With slots t = 0..D-1 of length d, zones z, intensity c_z(t), the workload's power P_z and the
// cost of a move (duration m, energy E, shares s of the source and d of the destination):
//
//   run(t, z)   = P_z d c_z(t)
//   out(t, z)   = (s P_z m + E/2) c_z     over [t, t + m), on top of run(); in(t, z) likewise
//   move(t,a,b) = out(t, a) + in(t, b)
//
// A workload without an end runs in every slot. A job needs `work` of useful time; every move costs
// it `downtime` more; its last slot counts in part. It may wait before it starts, and be suspended
// where that has a price. The table is over (slot, zone, moves made, slots idle); what entering a
// zone costs does not depend on the zone left, so it is O(D Z k), times the idle slots that are
// possible. Among equal costs (to 1e-12) the schedule with fewer moves and pauses wins, then the
// one that stays longer, then the zone with the lowest index, then the earlier start.
//
// Valid for: decisions at slot borders, intensities constant in a slot. A move longer than a slot
// is followed by no other decision before it has ended.
// Source: the multi-move policy of KubeFlex (Farokhi, Souza), with moves priced and time to shift.
// Checked against exhaustive enumeration; equations and laws: docs/models/planner.md.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "policy/policy.h"

namespace drover::policy {

// What suspending a job and resuming it takes, at the zone and slot where it happens.
struct PauseCost {
  Energy suspend;
  Energy resume;
};

struct Problem {
  // intensity[zone][slot], all rows equally long; order zones by id, since the lowest index wins
  // ties. A zone with a gap anywhere is no candidate. A deadline is the end of the last slot.
  std::vector<std::vector<std::optional<Intensity>>> intensity;
  Duration slot = std::chrono::hours{1};
  Power power;
  std::vector<double> power_factor;  // of `power`, per zone: hosts differ; empty: 1 everywhere
  MoveCost move_cost;
  std::size_t max_moves = 0;
  std::optional<std::size_t> start;  // the zone before slot 0; absent: any may be first, for free

  // Of a job; absent: the workload has no end, runs in every slot and loses nothing by standing
  // still.
  std::optional<Duration> work;
  // Slots that its first may be put off. With a wait, `start` is where it is bound to begin, and a
  // beginning elsewhere is a move; without, it runs there already.
  std::size_t max_wait = 0;
  std::optional<PauseCost> pause;  // absent: once started it is never suspended
  bool suspended = false;          // it is now, in the zone `start`
  bool bill_whole_slots = false;   // the last slot in full, as KubeFlex's later study counts
};

// Per slot the zone, or nothing while the job waits or is suspended; a job's ends with its last.
using Zones = std::vector<std::optional<std::size_t>>;

struct Schedule {
  Zones zones;
  std::size_t moves = 0;
  std::size_t pauses = 0;  // suspended so often
  Carbon total;            // moving and pausing included
  Carbon moving;           // of which for moves
  Carbon pausing;          // of which for suspending and resuming
  // The least total of any schedule that spends slot 0 in the zone; absent: there is none.
  std::vector<std::optional<Carbon>> by_first_zone;
  std::optional<Carbon> idle_first;  // the least of any that does not run in slot 0
};

// kInvalid when the problem is malformed (the text says how), or has more states than fit into
// memory; kUnavailable when no zone is a candidate, or the start zone is none, so that nothing can
// be priced against it, or when the work cannot be done in the slots there are.
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
// moves it makes; by_first_zone and idle_first stay empty. kInvalid, saying which slot, when the
// sequence is no schedule of the problem: too short or too long, in a zone that is no candidate,
// idle where it may not be, moved again before a move has ended.
Result<Schedule> account_schedule(const Problem& problem, Zones zones);

// The zone in every slot.
Zones constant_zones(const Problem& problem, std::size_t zone);

}  // namespace drover::policy
