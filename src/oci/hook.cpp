#include "oci/hook.h"

#include <print>

#include "migrate/oci/files.h"
#include "oci/verbs.h"
#include "oci/wait.h"
#include "os/file.h"

namespace drover::oci {
namespace {

using migrate::RendezvousFiles;

// Not synced: a power cut ends the copy too, and this is inside the freeze.
Result<> wait_for_decision(const RendezvousFiles& files, const Environment& environment) {
  return os::publish(files.restored(), environment.script_init_pid).and_then([&] {
    return wait_for(files.commit(), files.abort(), environment.restore_timeout);
  });
}

}  // namespace

int run_hook(const std::filesystem::path& rendezvous, const Environment& environment) {
  const RendezvousFiles files{rendezvous};
  Result<> result;
  if (environment.script_action == "post-restore") {
    result = wait_for_decision(files, environment);
  } else if (environment.script_action == "pre-resume") {
    result = os::publish(files.resuming(), "");
  }
  if (result) return 0;
  std::println(stderr, "drover-runtime hook: {}", result.error().what);  // into CRIU's log
  return 1;
}

std::optional<int> hook(const Invocation& call, const Environment& environment) {
  if (call.arguments.size() != 1) return report(call, "usage: drover-runtime hook DIRECTORY");
  return run_hook(call.arguments.front(), environment);
}

}  // namespace drover::oci
