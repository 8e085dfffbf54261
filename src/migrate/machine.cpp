#include "migrate/machine.h"

#include <format>
#include <vector>

#include "base/text.h"

namespace drover::migrate {
namespace {

struct Row {
  Phase phase;
  std::string_view name;
  std::optional<Phase> succeeded;
  std::optional<Phase> failed;
  std::optional<Phase> never_ran;
  std::array<Step, 2> steps;
  std::size_t step_count;
};

constexpr std::optional<Phase> kNever = std::nullopt;

// The whole protocol. Rows in the order of Phase. After the commit `failed` repeats the phase:
// forward only.
constexpr std::array<Row, kPhaseCount> kTable = {{
    {Phase::kPreflight,
     "preflight",
     Phase::kPrepare,
     Phase::kRollback,
     kNever,
     {Step::kCheckSource, Step::kCheckDestination},
     2},
    {Phase::kPrepare, "prepare", Phase::kFreeze, Phase::kRollback, kNever, {Step::kPrepare}, 1},
    {Phase::kFreeze, "freeze", Phase::kDump, Phase::kRollback, kNever, {Step::kFreeze}, 1},
    {Phase::kDump, "dump", Phase::kTransfer, Phase::kRollback, kNever, {Step::kDump}, 1},
    {Phase::kTransfer, "transfer", Phase::kAddress, Phase::kRollback, kNever, {Step::kTransfer}, 1},
    {Phase::kAddress, "address", Phase::kRestore, Phase::kRollback, kNever, {Step::kAddress}, 1},
    {Phase::kRestore, "restore", Phase::kCommit, Phase::kRollback, kNever, {Step::kRestore}, 1},
    {Phase::kCommit, "commit", Phase::kRelease, Phase::kRollback, kNever, {}, 0},
    {Phase::kRelease,
     "release",
     Phase::kDrain,
     Phase::kRelease,
     Phase::kRollback,
     {Step::kRelease},
     1},
    {Phase::kDrain, "drain", Phase::kDone, Phase::kDrain, kNever, {Step::kDrain}, 1},
    {Phase::kDone, "done", kNever, kNever, kNever, {}, 0},
    {Phase::kRollback,
     "rollback",
     Phase::kAborted,
     Phase::kRollback,
     kNever,
     {Step::kThaw, Step::kDiscard},
     2},
    {Phase::kAborted, "aborted", kNever, kNever, kNever, {}, 0},
}};

struct StepRow {
  Step step;
  std::string_view name;
  Side side;
};

constexpr std::array<StepRow, kStepCount> kSteps = {{
    {Step::kCheckSource, "check-source", Side::kSource},
    {Step::kCheckDestination, "check-destination", Side::kDestination},
    {Step::kPrepare, "prepare", Side::kDestination},
    {Step::kFreeze, "freeze", Side::kSource},
    {Step::kDump, "dump", Side::kSource},
    {Step::kTransfer, "transfer", Side::kSource},
    {Step::kAddress, "address", Side::kDestination},
    {Step::kRestore, "restore", Side::kDestination},
    {Step::kRelease, "release", Side::kDestination},
    {Step::kDrain, "drain", Side::kSource},
    {Step::kThaw, "thaw", Side::kSource},
    {Step::kDiscard, "discard", Side::kDestination},
}};

constexpr bool rows_in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].phase) != i) {
      return false;
    }
  }
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    if (static_cast<std::size_t>(kSteps[i].step) != i) {
      return false;
    }
  }
  return true;
}
static_assert(rows_in_order(), "rows are looked up by their enumerator's value");

const Row& row(Phase phase) { return kTable[static_cast<std::size_t>(phase)]; }

}  // namespace

std::string_view to_string(Phase phase) { return row(phase).name; }

std::string_view to_string(Step step) { return kSteps[static_cast<std::size_t>(step)].name; }

Result<Phase> parse_phase(std::string_view text) {
  std::vector<std::string_view> known;
  for (const auto& entry : kTable) {
    if (entry.name == text) {
      return entry.phase;
    }
    known.push_back(entry.name);
  }
  return invalid(std::format("'{}' is not a migration phase{}", text, suggest(text, known)));
}

Result<Step> parse_step(std::string_view text) {
  std::vector<std::string_view> known;
  for (const auto& entry : kSteps) {
    if (entry.name == text) {
      return entry.step;
    }
    known.push_back(entry.name);
  }
  return invalid(std::format("'{}' is not a migration step{}", text, suggest(text, known)));
}

Side side_of(Step step) { return kSteps[static_cast<std::size_t>(step)].side; }

std::optional<Phase> next(Phase phase, Event event) {
  switch (event) {
    case Event::kSucceeded:
      return row(phase).succeeded;
    case Event::kFailed:
      return row(phase).failed;
    case Event::kNeverRan:
      return row(phase).never_ran;
  }
  return std::nullopt;
}

std::span<const Step> steps_of(Phase phase) {
  return std::span(row(phase).steps).first(row(phase).step_count);
}

}  // namespace drover::migrate
