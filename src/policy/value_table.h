// The planner's recurrence in plain numbers: what a problem costs, and the least that is still to
// come from every state. Internal to the planner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include "policy/planner.h"

namespace drover::policy {

// Grams. One column per slot, one row per candidate zone, so that a slot's zones lie side by side.
struct Costs {
  explicit Costs(const Problem& problem);

  // Useful time left after so many slots run and moves made, in milliseconds.
  [[nodiscard]] std::int64_t left(std::size_t run_slots, std::size_t moves) const {
    return work + static_cast<std::int64_t>(moves) * lost -
           static_cast<std::int64_t>(run_slots) * slot;
  }
  // The part of the next slot that is billed.
  [[nodiscard]] double part(std::int64_t work_left) const {
    return work_left >= slot || whole_slots
               ? 1
               : static_cast<double>(work_left) / static_cast<double>(slot);
  }

  std::vector<std::size_t> zones;  // candidate -> index in the problem
  std::size_t slots = 0;
  std::size_t max_moves = 0;
  bool unlimited = false;  // moves need not be counted
  std::size_t hold = 1;    // slots from a move to the next decision
  std::int64_t work = 0;
  std::int64_t lost = 0;
  std::int64_t slot = 0;
  bool whole_slots = false;
  bool pausable = false;
  double tie = 0;                   // what a move or a pause has to save at least
  Eigen::ArrayXXd run, out, in;     // in: with `tie`
  Eigen::ArrayXXd run_before;       // sums of run over the slots before; only when hold > 1
  Eigen::ArrayXXd suspend, resume;  // only when pausable
};

// How a state is left.
enum class Act { kRun, kMove, kIdle };

struct State {
  std::size_t slot = 0;
  std::size_t idle = 0;   // slots since the start in which it did not run
  std::size_t moves = 0;  // made so far
  std::size_t zone = 0;   // candidate
  bool suspended = false;
};

class ValueTable {
 public:
  // For a job that starts in slot `waited`; `max_idle` slots may be spent suspended.
  ValueTable(const Costs& costs, std::size_t waited, std::size_t max_idle);

  ~ValueTable();
  ValueTable(const ValueTable&) = delete;
  ValueTable& operator=(const ValueTable&) = delete;

  static std::size_t states(const Costs& costs, std::size_t max_idle);

  // What is still to come, by candidate: when this slot is spent in the zone by who is there (and
  // resumes there, if suspended); when it is spent there after a move from the state's zone; when
  // it is idle. Infinite: it cannot be done.
  [[nodiscard]] Eigen::ArrayXd stay(const State& state) const;
  [[nodiscard]] Eigen::ArrayXd enter(const State& state) const;
  [[nodiscard]] double idle(const State& state) const;
  [[nodiscard]] bool done(const State& state) const;

  // The best act, and for a move where to. Ties: run, then move, then idle; the lowest zone.
  struct Choice {
    Act act = Act::kRun;
    std::size_t zone = 0;
  };
  [[nodiscard]] Choice choose(const State& state) const;
  // The state after an act, in the choice's zone; for a move longer than a slot, after the move.
  [[nodiscard]] State after(const State& state, Choice choice) const;

 private:
  using Row = Eigen::Map<Eigen::ArrayXd>;
  using ConstRow = Eigen::Map<const Eigen::ArrayXd>;

  [[nodiscard]] std::size_t offset(const State& state) const;
  [[nodiscard]] ConstRow row(const State& state) const;
  [[nodiscard]] Row row(const State& state);
  [[nodiscard]] std::size_t run_slots(const State& state) const {
    return state.slot - waited_ - state.idle;
  }
  [[nodiscard]] bool may_move(const State& state) const {
    return (costs_.unlimited || state.moves < costs_.max_moves) &&
           state.slot + costs_.hold <= costs_.slots;
  }
  [[nodiscard]] bool may_idle(const State& state) const {
    return costs_.pausable && state.idle < max_idle_;
  }
  void fill(std::size_t slot);
  void fill(const State& state);
  void fill_suspended(const State& state);
  void running_here(const State& state, Eigen::ArrayXd& grams) const;
  void after_entering(const State& state, Eigen::ArrayXd& grams) const;

  const Costs& costs_;
  std::size_t waited_;
  std::size_t max_idle_;
  std::vector<double> values_;
  Eigen::ArrayXd here_, here_after_move_, entered_;  // scratch of fill
};

}  // namespace drover::policy
