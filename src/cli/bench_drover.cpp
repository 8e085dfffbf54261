#include "cli/bench_drover.h"

#include <algorithm>
#include <array>
#include <format>

#include "cli/demo_local_cluster.h"
#include "cluster/local/holder.h"
#include "os/clock.h"

namespace drover::cli {
namespace {

constexpr std::array kNodes{"n1", "n2"};
constexpr Duration kLook{20};
constexpr Duration kMigrationLimit{120'000};
constexpr Duration kDeletionLimit{60'000};

std::string cluster_yaml(const std::string& name) {
  auto text = std::format("name: {}\ncontroller:\n  listen: 127.0.0.1:0\nnodes:\n", name);
  for (const auto* node : kNodes) {
    text += std::format("  - {{name: {}, zone: SYN-US-NE-ISNE, cpu: 4, memory: 8Gi}}\n", node);
  }
  return text;
}

std::string redis_yaml(const os::Path& image) {
  return std::format(
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: redis\nspec:\n  nodeName: {}\n  containers:\n "
      "   - name: redis\n"
      "      image: dir:{}\n"
      "      command: [redis-server, --bind, 0.0.0.0, --protected-mode, \"no\", --save, \"\", "
      "--appendonly, \"no\"]\n",
      kNodes[0], image.string());
}

}  // namespace

Result<DroverBench> DroverBench::start(OwnCommands commands, const os::Path& folder,
                                       const os::Path& image) {
  const auto cluster_file = folder / "cluster.yaml";
  return os::atomic_write(cluster_file, cluster_yaml(commands.choice().name))
      .and_then([&] { return os::atomic_write(folder / "redis.yaml", redis_yaml(image)); })
      .and_then([&] { return commands.run({"up", "-f", cluster_file}); })
      .and_then([&] { return OperatorApi::connect(commands.choice()); })
      .transform([&](OperatorApi api) {
        DroverBench bench(commands, std::move(api));
        bench.manifest_ = folder / "redis.yaml";
        return bench;
      })
      .or_else([&](const Error& error) -> Result<DroverBench> {
        (void)commands.run_to_the_end({"down"});
        return std::unexpected(error);
      });
}

Result<> DroverBench::fresh_redis() {
  return remove_redis()
      .and_then([&] { return commands_.run({"apply", "-f", manifest_, "--wait"}); })
      .and_then([&] { return api_.get("/pods/redis"); })
      .transform([&](const Json& pod) {
        address_ = field(pod, "ip");
        at_ = 0;
        running_ = true;
      });
}

Result<> DroverBench::remove_redis() {
  if (!running_) {
    return {};
  }
  auto asked = api_.remove("/pods/redis");
  const os::Stopwatch watch;
  while (asked && watch.elapsed() < kDeletionLimit) {
    if (const auto pod = api_.get("/pods/redis"); !pod && pod.error().code == Code::kNotFound) {
      running_ = false;
      return {};
    }
    os::pause_for(kLook);
  }
  return asked ? timed_out("the Redis of the last size is still being deleted")
               : std::unexpected(asked.error());
}

Result<os::NetNamespace> DroverBench::network() const {
  return cluster::local::held_namespace(commands_.choice().paths().fabric(),
                                        "the fabric's namespace holder");
}

Result<BenchRun> DroverBench::migrate() {
  const auto to = 1 - at_;
  const auto begun =
      api_.post("/migrations", {{"pod", "redis"}, {"to", kNodes[to]}, {"reason", "benchmark"}});
  if (!begun) {
    return std::unexpected(begun.error());
  }
  const os::Stopwatch watch;
  auto seen = begun;
  while (seen && field(*seen, "outcome") == "open" && watch.elapsed() < kMigrationLimit) {
    os::pause_for(kLook);
    seen = api_.get("/migrations/" + field(*begun, "id"));
  }
  if (!seen) {
    return std::unexpected(seen.error());
  }
  const auto migration = read_migration(*seen);
  if (migration.outcome != "committed") {
    return unavailable(
        std::format("migration {} is {}: {}", migration.id, migration.outcome, migration.error));
  }
  at_ = to;
  return BenchRun{.phases = migration.phases, .stall_ms = 0, .bytes = migration.bytes.count()};
}

Result<> DroverBench::down() { return commands_.run_to_the_end({"down"}); }

}  // namespace drover::cli
