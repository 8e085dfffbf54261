#include <cstdio>
#include <format>
#include <memory>
#include <optional>
#include <print>

#include "cli/command.h"
#include "cli/operator_api.h"
#include "cluster/local/agent_pool.h"
#include "os/clock.h"
#include "os/signal.h"

namespace drover::cli {
namespace {

constexpr Duration kPause = std::chrono::milliseconds{300};

struct Settings {
  ClusterChoice choice;
  std::string pod;
  std::string container;
  std::optional<std::size_t> tail;
  bool follow = false;
};

std::string path_of(const Settings& settings) {
  using cluster::local::url_escaped;
  return std::format("/pods/{}/logs?container={}", url_escaped(settings.pod),
                     url_escaped(settings.container));
}

// Prints what is new and says where that ends.
Result<std::size_t> print_piece(OperatorApi& api, const std::string& path) {
  return api.get(path).transform([](const Json& chunk) {
    std::print("{}", field(chunk, "text"));
    std::fflush(stdout);
    return static_cast<std::size_t>(number_field(chunk, "next"));
  });
}

// Until a signal comes or the pod is gone. While it moves, its node may not answer: that passes.
Result<> follow(OperatorApi& api, const Settings& settings, std::size_t from) {
  auto signals = os::SignalWaiter::for_termination();
  if (!signals) {
    return std::unexpected(signals.error());
  }
  while (true) {
    const auto signal = signals->wait(kPause);
    if (!signal || *signal) {
      return signal.transform([](auto) {});
    }
    const auto next = print_piece(api, std::format("{}&from={}", path_of(settings), from));
    if (next) {
      from = *next;
    } else if (const auto pod = api.get("/pods/" + cluster::local::url_escaped(settings.pod));
               !pod) {
      return std::unexpected(pod.error());
    }
  }
}

Result<int> run(const Settings& settings) {
  auto api = OperatorApi::connect(settings.choice);
  if (!api) {
    return std::unexpected(api.error());
  }
  const auto path = settings.tail ? std::format("{}&tail={}", path_of(settings), *settings.tail)
                                  : path_of(settings);
  return print_piece(*api, path)
      .and_then([&](std::size_t next) {
        return settings.follow ? follow(*api, settings, next) : Result<>{};
      })
      .transform([] { return int{kExitOk}; });
}

}  // namespace

void add_logs(CLI::App& app, Action& action) {
  auto settings = std::make_shared<Settings>();
  app.add_option("POD", settings->pod, "name of the pod")->required();
  app.add_option("-c,--container", settings->container, "of a pod with several")->type_name("NAME");
  app.add_option("--tail", settings->tail, "only the last lines")->type_name("LINES");
  app.add_flag("-f,--follow", settings->follow, "go on until interrupted, also when the pod moves");
  add_cluster_options(app, settings->choice);
  action = [settings] { return run(*settings); };
}

}  // namespace drover::cli
