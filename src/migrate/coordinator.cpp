#include "migrate/coordinator.h"

#include <format>
#include <utility>

namespace drover::migrate {
namespace {

StepRequest request_for(const Migration& migration, Step step, Epoch epoch) {
  StepRequest request{.id = migration.id,
                      .epoch = epoch,
                      .step = step,
                      .pod = migration.request.pod,
                      .source = migration.request.source,
                      .destination = migration.request.destination,
                      .spec = {},
                      .destination_endpoint = {}};
  if (step == Step::kCheckDestination || step == Step::kPrepare) {
    request.spec = migration.request.spec;
  }
  return request;
}

const NodeId& node_of(const Migration& migration, Step step) {
  return side_of(step) == Side::kSource ? migration.request.source : migration.request.destination;
}

// "Not known whether it happened": the same question may be asked again.
bool unsettled(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kTimeout;
}

Instant entered(const Migration& migration) {
  return migration.timeline.empty() ? migration.begun : migration.timeline.back().start;
}

bool was_released(const Migration& migration) {
  for (const auto& span : migration.timeline) {
    if (span.phase == Phase::kRelease) {
      return true;
    }
  }
  return false;
}

void append(std::string& text, std::string_view more) {
  if (!text.empty() && !more.empty()) {
    text += "; ";
  }
  text += more;
}

}  // namespace

Result<Coordinator> Coordinator::make(Ports ports, CoordinatorOptions options) {
  return ports.journal.next_epoch().transform(
      [&](Epoch epoch) { return Coordinator(std::move(ports), options, epoch); });
}

Result<Migration> Coordinator::begin(const Request& request) {
  if (request.source == request.destination) {
    return invalid(std::format("pod '{}' is on node '{}' already; choose another destination",
                               request.pod, request.destination));
  }
  return ports_.journal.begin(request, ports_.clock.now());
}

Result<Migration> Coordinator::drive(const MigrationId& id) {
  bool told = false;  // that it is in its first phase, which no transition leads to
  while (true) {
    auto migration = ports_.journal.load(id);
    if (migration && migration->phase == Phase::kPreflight && ports_.on_transition &&
        !std::exchange(told, true)) {
      ports_.on_transition(*migration);
    }
    if (!migration || !migration->open() || ports_.stopping()) {
      return migration;
    }
    const auto outcome = perform(*migration);
    if (outcome.ask_again) {
      if (auto noted = note_trouble(*migration, outcome); !noted) {
        return std::unexpected(noted.error());
      }
      ports_.pause(options_.retry_pause);
      continue;
    }
    if (auto recorded = record(*migration, outcome); !recorded) {
      return std::unexpected(recorded.error());
    }
  }
}

Result<> Coordinator::drive_all() {
  const auto open = ports_.journal.list_open();
  if (!open) {
    return std::unexpected(open.error());
  }
  for (const auto& migration : *open) {
    if (auto driven = drive(migration.id); !driven) {
      return std::unexpected(driven.error());
    }
  }
  return {};
}

Coordinator::Outcome Coordinator::perform(const Migration& migration) {
  Outcome outcome;
  if (auto routed = prepare_routes(migration); !routed) {
    return failed(migration, routed.error());
  }
  for (const auto step : steps_of(migration.phase)) {
    const auto reply =
        ports_.agents.perform(node_of(migration, step), request_for(migration, step, epoch_));
    if (!reply) {
      return failed(migration, reply.error());
    }
    outcome.note.image_bytes += reply->image_bytes;
    outcome.note.sent_bytes += reply->sent_bytes;
    append(outcome.note.detail, reply->detail);
    if (reply->never_ran) {
      outcome.event = Event::kNeverRan;
      outcome.note.error = reply->detail;
    }
  }
  return outcome;
}

// The cluster's packets follow the decision: to the destination once committed, back to the source
// after a revert.
Result<> Coordinator::prepare_routes(const Migration& migration) {
  if (migration.phase == Phase::kRelease) {
    return ports_.handover.announce(migration.request.pod, migration.request.destination);
  }
  if (migration.phase == Phase::kRollback && was_released(migration)) {
    return ports_.handover.announce(migration.request.pod, migration.request.source);
  }
  return {};
}

Coordinator::Outcome Coordinator::failed(const Migration& migration, const Error& error) const {
  const bool patient = ports_.clock.now() - entered(migration) < options_.patience;
  Outcome outcome{.event = Event::kFailed, .note = {}, .ask_again = false};
  outcome.ask_again = must_finish(migration.phase) || (unsettled(error) && patient);
  outcome.note.error = std::format("{}: {}", to_string(migration.phase), error.what);
  return outcome;
}

// Once per change, not once per attempt: what is asked again for ever must say why.
Result<> Coordinator::note_trouble(const Migration& migration, const Outcome& outcome) {
  const auto& trouble = outcome.note.error.value_or("");
  if (!migration.timeline.empty() && migration.timeline.back().detail == trouble) {
    return {};
  }
  return ports_.journal.remark(migration.id, trouble);
}

Result<> Coordinator::record(const Migration& migration, const Outcome& outcome) {
  const auto to = next(migration.phase, outcome.event);
  if (!to) {
    return internal(std::format("migration {}: no transition from phase {}", migration.id,
                                to_string(migration.phase)));
  }
  auto transition = outcome.note;
  transition.id = migration.id;
  transition.from = migration.phase;
  transition.to = *to;
  transition.at = ports_.clock.now();
  if (auto advanced = ports_.journal.advance(transition); !advanced) {
    return advanced;
  }
  if (ports_.on_transition) {
    if (const auto now = ports_.journal.load(migration.id)) {
      ports_.on_transition(*now);
    }
  }
  return {};
}

}  // namespace drover::migrate
