#include "oci/verbs.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <format>
#include <print>

#include <nlohmann/json.hpp>

#include "base/time.h"
#include "os/clock.h"
#include "os/file.h"

namespace drover::oci {
namespace {

constexpr std::array kVerbs = {
    Verb{.name = "create",
         .summary = "a container of a migration is restored instead",
         .handle = create},
    Verb{.name = "start", .summary = "a restored container runs already", .handle = start},
    Verb{.name = "hook",
         .summary = "called by CRIU: where a restore waits for its commit",
         .handle = hook},
};

// The two forms of runc's --log-format.
std::string log_line(bool json, const std::string& error) {
  const auto time = format_time(os::RealClock().now());
  using Json = nlohmann::ordered_json;
  const auto quoted = Json(error).dump(-1, ' ', false, Json::error_handler_t::replace);
  return json ? std::format("{{\"level\":\"error\",\"msg\":{},\"time\":\"{}\"}}\n", quoted, time)
              : std::format("time=\"{}\" level=error msg={}\n", time, quoted);
}

}  // namespace

std::span<const Verb> verbs() { return kVerbs; }

int report(const Invocation& call, const std::string& error) {
  std::println(stderr, "drover-runtime: {}", error);
  if (!call.log.empty()) {
    // Nobody is left to tell when this fails too.
    (void)os::open_file(call.log, O_WRONLY | O_CREAT | O_APPEND, 0644)
        .and_then([&](const os::Fd& fd) {
          return os::write_all(fd.get(), log_line(call.json_log, error));
        });
  }
  return 1;
}

int pass_through(const Invocation& call, const Environment& environment) {
  const auto runc = find_runc(environment);
  if (!runc) return report(call, runc.error().what);
  std::vector<char*> argv;
  argv.push_back(const_cast<char*>(runc->c_str()));  // execve promises not to change them
  for (std::size_t i = 1; i < call.argv.size(); ++i)
    argv.push_back(const_cast<char*>(call.argv[i].c_str()));
  argv.push_back(nullptr);
  ::execve(runc->c_str(), argv.data(), environ);
  return report(call, os::system_error(std::format("executing {}", runc->string())).error().what);
}

}  // namespace drover::oci
