// Moves checkpoint images and file deltas from agent to agent.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/units.h"
#include "migrate/engine.h"

namespace drover::migrate {

struct Shipment {
  MigrationId id;
  WorkloadId pod;
  NodeId destination;
  std::string endpoint;  // "address:port" of its agent
  // What to send, by the name it has on the wire: "images/<container>" and the deltas of PodHandle.
  std::vector<PodHandle::Delta> trees;
};

struct TransferReport {
  Bytes raw;
  Bytes sent;  // compressed, as on the wire
};

// The sender's end; the receiver unpacks into the staging and delta directories of the prepared
// pod. Idempotent: a shipment that has arrived whole is not sent again.
class Transfer {
 public:
  virtual ~Transfer() = default;
  // Before the freeze: can the destination's agent be reached? Leaves the connection open for
  // send().
  virtual Result<> reach(const NodeId& destination, const std::string& endpoint) = 0;
  virtual Result<TransferReport> send(const Shipment& shipment) = 0;
  // On the destination: whether a whole, verified shipment of this migration is here.
  virtual Result<bool> arrived(const MigrationId& id) = 0;
};

}  // namespace drover::migrate
