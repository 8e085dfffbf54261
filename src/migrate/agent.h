// What the coordinator asks of a node.
#pragma once

#include <string>

#include "migrate/migration.h"

namespace drover::migrate {

struct StepRequest {
  MigrationId id;
  Epoch epoch = 0;
  Step step = Step::kCheckSource;
  WorkloadId pod;
  NodeId source;
  NodeId destination;
  std::string spec;  // of the pod; only for the steps that need it (check-destination, prepare)
  std::string destination_endpoint;  // "address:port" of the destination's agent; filled in by the
                                     // AgentPort
};

struct StepReply {
  bool never_ran = false;  // release only: the restore failed after the commit and nothing ran
                           // (Event::kNeverRan)
  Bytes image_bytes;       // dump
  Bytes sent_bytes;        // transfer
  std::string detail;      // sub-timings or remarks for people
};

// Thread-safe. Every step is idempotent per migration: a repeated call finds its own work done and
// returns the same reply. kUnavailable and kTimeout mean "not known whether it happened": ask
// again. kConflict: the agent has seen a newer epoch. Anything else means that the step failed and
// will go on failing.
class AgentPort {
 public:
  virtual ~AgentPort() = default;
  virtual Result<StepReply> perform(const NodeId& node, const StepRequest& request) = 0;
};

// Makes the cluster send the pod's packets to a node: routes on every other node, the pod's
// recorded place. Thread-safe, idempotent; called only between commit and done.
class Handover {
 public:
  virtual ~Handover() = default;
  virtual Result<> announce(const WorkloadId& pod, const NodeId& node) = 0;
};

}  // namespace drover::migrate
