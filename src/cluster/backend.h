// The cluster as control sees it. Adapters: local (namespaces), later kubernetes and simulated.
#pragma once

#include "base/time.h"
#include "cluster/snapshot.h"

namespace drover::cluster {

// Called from the control thread only. A node that cannot be reached is reported as not ready, not
// as an error.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual Result<Snapshot> observe(Instant now) = 0;
};

}  // namespace drover::cluster
