// The migration protocol as a table: (phase, event) -> next phase, and phase -> steps. Total,
// constexpr, no I/O.
//
//   preflight -> prepare -> freeze -> dump -> transfer -> address -> restore -> commit -> release
//   -> drain -> done
//        \_________\__________\________\________\___________\___________\________\________\ (only
//        if nothing ran)
//                                                                                  rollback ->
//                                                                                  aborted
//
// Entering `release` is the commit: one durable write, made after the destination has proven its
// restore and before any packet can reach it. Entering `rollback` is the abort, as durable and as
// final: the source may thaw only after it, the destination may run only after the commit, so there
// is no third outcome.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"

namespace drover::migrate {

enum class Phase : std::uint8_t {
  kPreflight,
  kPrepare,
  kFreeze,
  kDump,
  kTransfer,
  kAddress,
  kRestore,
  kCommit,
  kRelease,
  kDrain,
  kDone,
  kRollback,
  kAborted,
};

enum class Event : std::uint8_t {
  kSucceeded,  // all steps of the phase are done
  kFailed,  // a step failed for good; before the commit this undoes, after it the phase is repeated
  kNeverRan,  // only in release: the destination proves that no instruction ran and no packet left
};

// What one node's agent does on behalf of a phase.
enum class Step : std::uint8_t {
  kCheckSource,       // can this pod be dumped here? every reason, not just the first
  kCheckDestination,  // can it be restored there?
  kPrepare,           // destination: sandbox, shield, runtime waiting in `create`
  kFreeze,            // source: pause first, then the network lock
  kDump,              // source: checkpoint, left frozen
  kTransfer,          // source: images and file deltas straight to the destination's agent
  kAddress,           // destination: the pod's address leads to the new sandbox on this node
  kRestore,           // destination: restore up to CRIU's post-restore hook, proven but not running
  kRelease,           // destination: let it run, open the network lock
  kDrain,             // source: reap the frozen processes behind their lock
  kThaw,              // source, rollback: open the lock, resume; nothing was lost
  kDiscard,           // destination, rollback: kill the copy and everything prepared for it
};

enum class Side : std::uint8_t { kSource, kDestination };

std::string_view to_string(Phase phase);
std::string_view to_string(Step step);
Result<Phase> parse_phase(std::string_view text);
Result<Step> parse_step(std::string_view text);

Side side_of(Step step);

// The phase that follows; nullopt when the event cannot happen in this phase (our own defect if it
// does).
std::optional<Phase> next(Phase phase, Event event);

// The steps of a phase in order. Phases that are pure bookkeeping (commit, done, aborted) have
// none.
std::span<const Step> steps_of(Phase phase);

// True from the commit on, until a revert.
constexpr bool is_committed(Phase phase) {
  return phase == Phase::kRelease || phase == Phase::kDrain || phase == Phase::kDone;
}
constexpr bool is_terminal(Phase phase) {
  return phase == Phase::kDone || phase == Phase::kAborted;
}

// Steps that must succeed in the end, whatever it takes: after the commit and after the abort there
// is no way back.
constexpr bool must_finish(Phase phase) {
  return phase == Phase::kRelease || phase == Phase::kDrain || phase == Phase::kRollback;
}

inline constexpr std::size_t kPhaseCount = 13;
inline constexpr std::size_t kStepCount = 12;

}  // namespace drover::migrate
