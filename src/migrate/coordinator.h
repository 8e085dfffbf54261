// Drives migrations: read the journal -> perform the steps of the phase -> write the transition ->
// repeat.
//
// All state is in the journal. A coordinator that dies at any point is replaced by a new one that
// reads it and goes on with the same step; agents find their own work done. So there are two
// outcomes, commit and rollback, never a third.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/time.h"
#include "migrate/agent.h"
#include "migrate/journal.h"

namespace drover::migrate {

struct CoordinatorOptions {
  // Before the commit a step that is "not known to have happened" is asked again until this much
  // time has passed since the phase was entered; then the migration is rolled back.
  Duration patience = std::chrono::seconds{20};
  // Pause between two askings.
  Duration retry_pause = std::chrono::milliseconds{100};
};

// One thread. `clock` is real time, also when the control loop runs in accelerated time.
class Coordinator {
 public:
  struct Ports {
    Journal& journal;
    AgentPort& agents;
    Handover& handover;
    const Clock& clock;
    // Waits about so long; returns early when the coordinator shall stop.
    std::function<void(Duration)> pause;
    // True: leave everything as it is and return at the next step border.
    std::function<bool()> stopping;
    // Called after each durable transition, also for the first phase; may be empty. For views and
    // fault injection.
    std::function<void(const Migration&)> on_transition;
  };

  static Result<Coordinator> make(Ports ports, CoordinatorOptions options);

  // Writes the intent and returns; drive() does the work.
  Result<Migration> begin(const Request& request);

  // Brings one migration to its end. Returns the migration as it is then, also when it was rolled
  // back; still open only when stopping() said so. An error means that the journal cannot be read
  // or written.
  Result<Migration> drive(const MigrationId& id);

  // Brings every open migration to its end, oldest first.
  Result<> drive_all();

 private:
  struct Outcome {
    Event event = Event::kSucceeded;
    Transition note;  // what the steps reported
    bool ask_again = false;
  };

  Coordinator(Ports ports, CoordinatorOptions options, Epoch epoch)
      : ports_(std::move(ports)), options_(options), epoch_(epoch) {}

  Outcome perform(const Migration& migration);
  Result<> prepare_routes(const Migration& migration);
  Outcome failed(const Migration& migration, const Error& error) const;
  Result<> note_trouble(const Migration& migration, const Outcome& outcome);
  Result<> record(const Migration& migration, const Outcome& outcome);

  Ports ports_;
  CoordinatorOptions options_;
  Epoch epoch_;
};

}  // namespace drover::migrate
