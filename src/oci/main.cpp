// drover-runtime: an OCI runtime that is runc, but for containers that come from a checkpoint.
#include <unistd.h>

#include <filesystem>

#include "oci/environment.h"
#include "oci/hook.h"
#include "oci/verbs.h"

int main(int argc, char** argv) {
  using namespace drover::oci;
  const auto environment = read_environment(environ);
  // CRIU's configuration cannot pass arguments to its script, so the hook's name says what it is
  // (restore.cpp).
  const std::filesystem::path program = argc > 0 ? argv[0] : "";
  if (program.filename() == kHookName) return run_hook(program.parent_path(), environment);

  const auto call = read_invocation({argv, argv + argc});
  for (const auto& verb : verbs()) {
    if (verb.name != call.verb) continue;
    if (const auto code = verb.handle(call, environment)) return *code;
  }
  return pass_through(call, environment);
}
