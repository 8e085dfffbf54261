#include "policy/value_table.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "policy/problem.h"

namespace drover::policy {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kTie = 1e-13;  // of the dearest schedule that stays in one zone

Eigen::ArrayXXd intensities(const Problem& problem, const Costs& costs) {
  Eigen::ArrayXXd grams(costs.zones.size(), costs.slots);
  for (Eigen::Index row = 0; row < grams.rows(); ++row) {
    const auto& known = problem.intensity[costs.zones[static_cast<std::size_t>(row)]];
    for (Eigen::Index slot = 0; slot < grams.cols(); ++slot) {
      grams(row, slot) = known[static_cast<std::size_t>(slot)]->grams_per_kwh();
    }
  }
  return grams;
}

// What is spent within one slot: an energy per zone, at the slot's intensity.
template <class EnergyIn>
Eigen::ArrayXXd at_once(const Costs& costs, const Eigen::ArrayXXd& intensity,
                        const EnergyIn& energy) {
  Eigen::ArrayXd per_intensity(intensity.rows());
  for (Eigen::Index row = 0; row < intensity.rows(); ++row) {
    const Energy spent = energy(costs.zones[static_cast<std::size_t>(row)]);
    per_intensity(row) = (spent * Intensity::grams_per_kwh(1)).grams();
  }
  return intensity.colwise() * per_intensity;
}

// One end's part of moves that may last longer than a slot.
Eigen::ArrayXXd ends(const Problem& problem, const Costs& costs, End end) {
  Eigen::ArrayXXd grams(costs.zones.size(), costs.slots);
  for (Eigen::Index row = 0; row < grams.rows(); ++row) {
    for (Eigen::Index slot = 0; slot < grams.cols(); ++slot) {
      grams(row, slot) = end_carbon(problem, static_cast<std::size_t>(slot),
                                    costs.zones[static_cast<std::size_t>(row)], end)
                             .grams();
    }
  }
  return grams;
}

Eigen::ArrayXXd sums_before(const Eigen::ArrayXXd& run) {
  Eigen::ArrayXXd sums = Eigen::ArrayXXd::Zero(run.rows(), run.cols() + 1);
  for (Eigen::Index slot = 0; slot < run.cols(); ++slot) {
    sums.col(slot + 1) = sums.col(slot) + run.col(slot);
  }
  return sums;
}

// One buffer per thread is used again: plans are made by the hundred thousand, and fresh pages cost
// more than the recurrence.
thread_local std::vector<double> spare;

std::vector<double> take_spare(std::size_t size) {
  auto values = std::exchange(spare, {});
  values.resize(size);
  return values;
}

void keep_spare(std::vector<double> values) {
  constexpr std::size_t kLargest = 1U << 20U;  // 8 MiB
  if (values.capacity() > spare.capacity() && values.capacity() <= kLargest) {
    spare = std::move(values);
  }
}

State running(State state) {
  state.suspended = false;
  return state;
}

State suspended(State state) {
  state.suspended = true;
  return state;
}

Eigen::Index column(std::size_t slot) { return static_cast<Eigen::Index>(slot); }

}  // namespace

Costs::Costs(const Problem& problem)
    : slots(slot_count(problem)),
      hold(hold_slots(problem)),
      work(total_work(problem).count()),
      lost(lost_by_move(problem).count()),
      slot(problem.slot.count()),
      whole_slots(problem.bill_whole_slots),
      pausable(problem.pause.has_value()) {
  for (std::size_t zone = 0; zone < problem.intensity.size(); ++zone) {
    if (is_candidate(problem, zone)) {
      zones.push_back(zone);
    }
  }
  unlimited = lost == 0 && problem.max_moves >= slots;
  max_moves = unlimited ? 0 : std::min(problem.max_moves, slots);
  const auto intensity = intensities(problem, *this);
  run =
      at_once(*this, intensity, [&](auto zone) { return power_in(problem, zone) * problem.slot; });
  if (hold == 1) {
    out = at_once(*this, intensity,
                  [&](auto zone) { return end_energy(problem, zone, End::kSource); });
    in = at_once(*this, intensity,
                 [&](auto zone) { return end_energy(problem, zone, End::kDestination); });
  } else {
    out = ends(problem, *this, End::kSource);
    in = ends(problem, *this, End::kDestination);
    run_before = sums_before(run);
  }
  tie = zones.empty() ? 0 : kTie * run.rowwise().sum().maxCoeff();
  in += tie;
  if (pausable) {
    suspend = at_once(*this, intensity, [&](auto) { return problem.pause->suspend; });
    resume = at_once(*this, intensity, [&](auto) { return problem.pause->resume; });
  }
}

ValueTable::ValueTable(const Costs& costs, std::size_t waited, std::size_t max_idle)
    : costs_(costs),
      waited_(waited),
      max_idle_(max_idle),
      values_(take_spare(states(costs, max_idle))) {
  for (auto slot = costs.slots + 1; slot-- > waited;) {
    fill(slot);
  }
}

ValueTable::~ValueTable() { keep_spare(std::move(values_)); }

std::size_t ValueTable::states(const Costs& costs, std::size_t max_idle) {
  return (costs.slots + 1) * (max_idle + 1) * (costs.max_moves + 1) * costs.zones.size() *
         (costs.pausable ? 2 : 1);
}

std::size_t ValueTable::offset(const State& state) const {
  const auto phases = costs_.pausable ? 2U : 1U;
  const auto index =
      ((state.slot * (max_idle_ + 1) + state.idle) * (costs_.max_moves + 1) + state.moves) *
          phases +
      (state.suspended ? 1 : 0);
  return index * costs_.zones.size();
}

ValueTable::ConstRow ValueTable::row(const State& state) const {
  return {values_.data() + offset(state), column(costs_.zones.size())};
}

ValueTable::Row ValueTable::row(const State& state) {
  return {values_.data() + offset(state), column(costs_.zones.size())};
}

bool ValueTable::done(const State& state) const {
  return costs_.left(run_slots(state), state.moves) <= 0;
}

void ValueTable::fill(std::size_t slot) {
  const auto most_idle = std::min(max_idle_, slot - waited_);
  for (std::size_t idle = 0; idle <= most_idle; ++idle) {
    for (auto moves = costs_.max_moves + 1; moves-- > 0;) {
      fill({.slot = slot, .idle = idle, .moves = moves});
    }
  }
}

void ValueTable::fill(const State& state) {
  auto grams = row(state);
  if (done(state)) {
    grams.setZero();
    return;
  }
  if (state.slot == costs_.slots) {
    grams.setConstant(kNever);
    if (costs_.pausable) {
      row(suspended(state)).setConstant(kNever);
    }
    return;
  }
  const auto slot = column(state.slot);
  here_.swap(here_after_move_);  // the state with one more move was filled just before this one
  running_here(state, here_);
  if (may_move(state)) {
    const auto& ran = costs_.unlimited ? here_ : here_after_move_;
    if (costs_.hold == 1) {
      entered_ = ran + costs_.in.col(slot);
    } else {
      after_entering(state, entered_);
    }
    grams = here_.min(costs_.out.col(slot) + entered_.minCoeff());
  } else {
    grams = here_;
  }
  if (costs_.pausable) {
    fill_suspended(state);
  }
}

// Continues fill().
void ValueTable::fill_suspended(const State& state) {
  const auto slot = column(state.slot);
  auto waiting = row(suspended(state));
  waiting = here_ + costs_.resume.col(slot);
  if (may_move(state)) {
    const auto resumed = (entered_ + costs_.resume.col(slot)).minCoeff();
    waiting = waiting.min(costs_.out.col(slot) + resumed);
  }
  if (may_idle(state)) {
    const auto idle = row(after(state, {.act = Act::kIdle}));
    waiting = waiting.min(idle);
    auto grams = row(state);
    grams = grams.min(costs_.suspend.col(slot) + idle + costs_.tie);
  }
}

// For every zone: this slot is run in it, by who is there.
void ValueTable::running_here(const State& state, Eigen::ArrayXd& grams) const {
  const auto part = costs_.part(costs_.left(run_slots(state), state.moves));
  auto next = state;
  ++next.slot;
  grams = part * costs_.run.col(column(state.slot)) + row(next);
}

// For every zone: it is entered by a move; without what leaving the other zone costs.
void ValueTable::after_entering(const State& state, Eigen::ArrayXd& grams) const {
  const auto slot = column(state.slot);
  auto entered = after(state, {.act = Act::kMove, .zone = 0});
  if (costs_.hold == 1) {
    auto here = entered;
    here.slot = state.slot;
    running_here(here, grams);
  } else {
    auto left = costs_.left(run_slots(state), entered.moves);
    const auto needed = static_cast<std::size_t>((left + costs_.slot - 1) / costs_.slot);
    const auto run = std::min(costs_.hold, needed);
    left -= static_cast<std::int64_t>(run - 1) * costs_.slot;
    const auto last = column(state.slot + run - 1);
    grams = costs_.run_before.col(last) - costs_.run_before.col(slot) +
            costs_.part(left) * costs_.run.col(last) + row(entered);
  }
  grams += costs_.in.col(slot);
}

Eigen::ArrayXd ValueTable::stay(const State& state) const {
  Eigen::ArrayXd grams;
  running_here(running(state), grams);
  if (state.suspended) {
    grams += costs_.resume.col(column(state.slot));
  }
  return grams;
}

Eigen::ArrayXd ValueTable::enter(const State& state) const {
  Eigen::ArrayXd grams = Eigen::ArrayXd::Constant(column(costs_.zones.size()), kNever);
  if (may_move(state)) {
    after_entering(running(state), grams);
    grams += costs_.out(column(state.zone), column(state.slot));
    if (state.suspended) {
      grams += costs_.resume.col(column(state.slot));
    }
  }
  return grams;
}

double ValueTable::idle(const State& state) const {
  if (!may_idle(state)) {
    return kNever;
  }
  const auto price =
      state.suspended ? 0 : costs_.suspend(column(state.zone), column(state.slot)) + costs_.tie;
  return price + row(after(state, {.act = Act::kIdle}))(column(state.zone));
}

ValueTable::Choice ValueTable::choose(const State& state) const {
  const auto close = costs_.tie / 2;
  const auto here = stay(state)(column(state.zone));
  const auto wait = idle(state);
  const auto moved = enter(state);
  const auto least = moved.minCoeff();
  if (least + close < std::min(here, wait)) {
    const auto* best = std::ranges::find_if(moved.data(), moved.data() + moved.size(),
                                            [&](double grams) { return grams <= least + close; });
    return {.act = Act::kMove, .zone = static_cast<std::size_t>(best - moved.data())};
  }
  return {.act = here <= wait + close ? Act::kRun : Act::kIdle, .zone = state.zone};
}

State ValueTable::after(const State& state, Choice choice) const {
  auto next = state;
  next.zone = choice.zone;
  switch (choice.act) {
    case Act::kRun:
      ++next.slot;
      next.suspended = false;
      break;
    case Act::kMove:
      next.slot += costs_.hold;
      next.moves += costs_.unlimited ? 0 : 1;
      next.suspended = false;
      break;
    case Act::kIdle:
      ++next.slot;
      ++next.idle;
      next.suspended = true;
      break;
  }
  return next;
}

}  // namespace drover::policy
