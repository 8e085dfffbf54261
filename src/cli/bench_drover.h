// The benchmark's own side: a Redis moved by drover between two nodes of a local cluster.
#pragma once

#include "cli/bench_report.h"
#include "cli/load_connection.h"
#include "cli/operator_api.h"
#include "cli/own_commands.h"
#include "os/netns.h"

namespace drover::cli {

class DroverBench {
 public:
  // Starts the cluster; `folder` takes its files. Nothing is left after an error.
  static Result<DroverBench> start(OwnCommands commands, const os::Path& folder,
                                   const os::Path& image);

  // A fresh Redis on the first node; the one before it is gone.
  Result<> fresh_redis();
  [[nodiscard]] RedisTarget target() const { return {.address = address_}; }
  Result<os::NetNamespace> network() const;

  // Moves the Redis to the other node. Phases and bytes of the result are set, the clients' part is
  // not.
  Result<BenchRun> migrate();

  Result<> down();

 private:
  DroverBench(OwnCommands commands, OperatorApi api)
      : commands_(std::move(commands)), api_(std::move(api)) {}
  Result<> remove_redis();

  OwnCommands commands_;
  OperatorApi api_;
  os::Path manifest_;
  std::string address_;
  std::size_t at_ = 0;  // the node the Redis is on
  bool running_ = false;
};

}  // namespace drover::cli
