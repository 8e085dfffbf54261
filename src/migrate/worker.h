// The agent's side of a migration: performs steps on its own node through small ports, each step
// idempotent.
//
// What a step has done is found in the world first (a paused container, a finished image set, a
// closed lock) and in the step log second, so that an agent that was killed and started again goes
// on where it was.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "migrate/agent.h"
#include "migrate/engine.h"
#include "migrate/keyed_mutex.h"
#include "migrate/pod_host.h"
#include "migrate/rendezvous.h"
#include "migrate/step_log.h"
#include "migrate/transfer.h"

namespace drover::migrate {

struct WorkerOptions {
  // How long the runtime may take from `ready` to CRIU's post-restore hook, and from the commit to
  // its end.
  Duration restore_limit = std::chrono::seconds{60};
};

class Worker {
 public:
  struct Ports {
    PodHost& pods;
    CheckpointEngine& engine;
    NetworkLock& lock;
    Transfer& transfer;
    Rendezvous& rendezvous;
    StepLog& log;
    // Called with "<step>:before" / "<step>:after"; may be empty. For fault injection in tests.
    std::function<void(std::string_view)> at;
  };

  Worker(Ports ports, NodeId node, WorkerOptions options)
      : ports_(std::move(ports)), node_(std::move(node)), options_(options) {}

  // Thread-safe; steps of one migration take turns.
  Result<StepReply> perform(const StepRequest& request);

 private:
  using Handler = Result<StepReply> (Worker::*)(const StepRequest&);
  static Handler handler_of(Step step);

  Result<StepReply> check_source(const StepRequest& request);
  Result<StepReply> check_destination(const StepRequest& request);
  Result<StepReply> prepare(const StepRequest& request);
  Result<StepReply> freeze(const StepRequest& request);
  Result<StepReply> dump(const StepRequest& request);
  Result<StepReply> send(const StepRequest& request);
  Result<StepReply> address(const StepRequest& request);
  Result<StepReply> restore(const StepRequest& request);
  Result<StepReply> release(const StepRequest& request);
  Result<StepReply> let_run(const StepRequest& request, const PodHandle& pod);
  Result<> await_runtimes(const StepRequest& request, const PodHandle& pod);
  Result<StepReply> drain(const StepRequest& request);
  Result<StepReply> thaw(const StepRequest& request);
  Result<StepReply> discard(const StepRequest& request);

  void announce(const StepRequest& request, std::string_view moment) const;

  Ports ports_;
  NodeId node_;
  WorkerOptions options_;
  KeyedMutex turns_;
};

}  // namespace drover::migrate
