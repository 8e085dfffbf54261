#include "oci/hook.h"

#include <fcntl.h>

#include <format>
#include <print>

#include "migrate/oci/files.h"
#include "oci/verbs.h"
#include "oci/wait.h"
#include "os/file.h"

namespace drover::oci {
namespace {

using migrate::RendezvousFiles;

// Whole at once for readers, but not synced: a power cut ends the copy too, and this is inside the
// freeze.
Result<> publish(const std::filesystem::path& file, std::string_view content) {
  const std::filesystem::path temporary = file.string() + ".new";
  return os::open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC)
      .and_then([&](const os::Fd& fd) { return os::write_all(fd.get(), content); })
      .and_then([&]() -> Result<> {
        std::error_code error;
        std::filesystem::rename(temporary, file, error);
        if (error) return os::system_error(file.string(), error.value());
        return {};
      });
}

Result<> wait_for_decision(const RendezvousFiles& files, const Environment& environment) {
  return publish(files.restored(), environment.script_init_pid).and_then([&] {
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
    result = publish(files.resuming(), "");
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
