#include "cluster/local/daemons.h"

#include <format>

#include <nlohmann/json.hpp>

#include "cluster/local/controller_client.h"
#include "cluster/local/process_file.h"
#include "os/clock.h"
#include "os/command.h"

namespace drover::cluster::local {
namespace {

constexpr Duration kStartLimit = std::chrono::seconds{20};
constexpr Duration kReadyLimit = std::chrono::seconds{30};
constexpr Duration kPause = std::chrono::milliseconds{20};
constexpr std::size_t kLogTail = 1500;

std::string end_of_log(const std::filesystem::path& log) {
  const auto text = os::read_file(log).value_or("");
  return text.size() > kLogTail ? "…" + text.substr(text.size() - kLogTail) : text;
}

// `reached` says true, false to be asked again, or why it never will.
Result<> wait_until(const DaemonRequest& request, Duration limit,
                    const std::function<Result<bool>()>& reached) {
  const os::Stopwatch watch;
  while (true) {
    const auto state = reached();
    if (!state) {
      return std::unexpected(state.error());
    }
    if (*state) {
      return {};
    }
    if (request.interrupted()) {
      return unavailable("interrupted");
    }
    if (watch.elapsed() > limit) {
      return timed_out(std::format("not ready after {} s", limit / std::chrono::seconds{1}));
    }
    os::pause_for(kPause);
  }
}

struct Daemon {
  std::vector<std::string> arguments;
  std::filesystem::path record;
  std::filesystem::path log;
};

Result<> start_daemon(const DaemonRequest& request, const Daemon& daemon) {
  os::Command command;
  command.argv = {request.drover};
  command.argv.insert(command.argv.end(), daemon.arguments.begin(), daemon.arguments.end());
  command.env = {{kClusterVariable, request.paths.dir}};
  command.cwd = "/";
  const auto id = os::spawn_daemon(command, daemon.log);
  if (!id) {
    return std::unexpected(id.error());
  }
  return wait_until(request, kStartLimit, [&]() -> Result<bool> {
    const auto record = read_process_file(daemon.record);
    if (record && record->id == *id) {
      return true;
    }
    if (!os::alive(*id) && live_process(daemon.record, "")) {
      return true;  // somebody else was faster; only one can run
    }
    if (!os::alive(*id)) {
      return unavailable("it ended: " + end_of_log(daemon.log));
    }
    return false;
  });
}

// `drover agent` and `drover controller` are told where their cluster is as a user tells it.
std::vector<std::string> cluster_arguments(const ClusterPaths& paths) {
  return {"--cluster", paths.name(), "--state-dir", paths.dir.parent_path()};
}

}  // namespace

Result<> start_agent(const DaemonRequest& request, const NodeId& node) {
  Daemon daemon{.arguments = {"agent", "--node", node.str()},
                .record = request.paths.agent(node),
                .log = request.paths.agent_log(node)};
  std::ranges::copy(cluster_arguments(request.paths), std::back_inserter(daemon.arguments));
  return start_daemon(request, daemon)
      .transform_error(doing(std::format("starting the agent of node {}", node)));
}

Result<> start_controller(const DaemonRequest& request) {
  Daemon daemon{.arguments = {"controller"},
                .record = request.paths.controller(),
                .log = request.paths.controller_log()};
  std::ranges::copy(cluster_arguments(request.paths), std::back_inserter(daemon.arguments));
  return start_daemon(request, daemon).transform_error(doing("starting the controller"));
}

Result<> wait_until_ready(const DaemonRequest& request) {
  auto client = connect_controller(request.paths);
  if (!client) {
    return std::unexpected(client.error());
  }
  std::string waiting_for = "the controller";
  return wait_until(request, kReadyLimit,
                    [&]() -> Result<bool> {
                      const auto reply = client->get("/api/v1/ready");
                      if (!reply) {
                        waiting_for = reply.error().what;
                        return false;
                      }
                      const auto json = nlohmann::json::parse(reply->body, nullptr, false);
                      waiting_for = json.is_object() ? json.value("waiting_for", "")
                                                     : "an answer that can be read";
                      return waiting_for.empty();
                    })
      .transform_error([&](Error error) {
        error.what += ", waiting for " + waiting_for;
        return error;
      });
}

}  // namespace drover::cluster::local
