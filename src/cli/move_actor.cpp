#include "cli/move_actor.h"

namespace drover::cli {
namespace {

control::MoveState state_of(MigrationOutcome outcome) {
  switch (outcome) {
    case MigrationOutcome::kOpen:
      return control::MoveState::kRunning;
    case MigrationOutcome::kCommitted:
      return control::MoveState::kCommitted;
    case MigrationOutcome::kAborted:
      return control::MoveState::kAborted;
  }
  return control::MoveState::kRunning;
}

// No copy ran from the start of the freeze to the end of the release, or of the rollback.
Duration standstill(const MigrationView& migration) {
  std::optional<Instant> frozen;
  Instant thawed;
  for (const auto& phase : migration.phases) {
    if (phase.name == "freeze") {
      frozen = phase.start;
    }
    if ((phase.name == "release" || phase.name == "rollback") && phase.end) {
      thawed = *phase.end;
    }
  }
  return frozen && thawed > *frozen ? thawed - *frozen : Duration{0};
}

}  // namespace

Result<MigrationId> MoveActor::begin(const control::MoveOrder& order) {
  return migrations_.begin(
      {.pod = order.workload, .to = order.to, .reason = order.reason, .key = order.key});
}

Result<control::Progress> MoveActor::poll(const MigrationId& id) {
  return migrations_.get(id).transform([](const MigrationView& migration) {
    control::Progress progress{.state = state_of(migration.outcome)};
    progress.outcome.bytes = Bytes{migration.bytes};
    progress.outcome.downtime = standstill(migration);
    if (!migration.phases.empty() && migration.phases.back().end) {
      progress.outcome.migration_time =
          *migration.phases.back().end - migration.phases.front().start;
    }
    progress.outcome.why = progress.state == control::MoveState::kAborted ? migration.error : "";
    return progress;
  });
}

}  // namespace drover::cli
