// The benchmark's baseline: what an administrator would do with the same programs and no drover.
//
//   runc checkpoint --tcp-established  ->  tar | nc over the link  ->  move the address  ->  runc
//   restore
//
// One step after the other; CRIU's own network lock; plain files. Network namespaces stand for two
// machines and for the container on each, on one bridge with the client, as the nodes of a local
// cluster are. Between the address's arrival and the restore nobody protects the connection: a
// segment that the client repeats just then is answered by a reset. That is counted.
#pragma once

#include <memory>

#include "cli/bench_report.h"
#include "cli/load_session.h"
#include "os/file.h"
#include "os/netns.h"

namespace drover::cli {

struct ByHandOptions {
  os::Path image;      // root directory with redis-server
  os::Path folder;     // for bundles and images; made and removed
  std::string cgroup;  // path of the container's control group
};

class ByHand {
 public:
  // Starts a Redis on the first machine.
  static Result<ByHand> start(const ByHandOptions& options);
  ByHand(ByHand&&) noexcept;
  ByHand& operator=(ByHand&&) noexcept;
  // Ends the Redis and removes all files and control groups.
  ~ByHand();

  // Where the clients run, and what they connect to.
  [[nodiscard]] const os::NetNamespace& network() const;
  [[nodiscard]] RedisTarget target() const;

  // Moves the Redis to the other machine. Phases and bytes of the result are set, the clients' part
  // is not.
  Result<BenchRun> migrate();

 private:
  struct Parts;
  explicit ByHand(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace drover::cli
