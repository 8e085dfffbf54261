#include <format>
#include <optional>

#include "oci/container_config.h"
#include "oci/restore.h"
#include "oci/verbs.h"

namespace drover::oci {

std::optional<int> create(const Invocation& call, const Environment& environment) {
  const auto flags = read_flags(call.arguments, {"bundle", "b", "console-socket", "pidfd-socket",
                                                 "pid-file", "preserve-fds"});
  const std::filesystem::path bundle = flags.get("bundle", flags.get("b", "."));
  const auto request = read_restore_request(bundle);
  if (!request) return report(call, request.error().what);
  if (!*request || flags.count >= call.arguments.size()) return std::nullopt;

  // Of the flags of `create`, `restore` knows these; --preserve-fds and --pidfd-socket mean nothing
  // to it.
  RestoreCommand command{
      .global = call.global, .bundle = bundle, .id = call.arguments[flags.count]};
  command.root = call.root;
  command.pid_file = flags.get("pid-file");
  for (const auto* name : {"console-socket", "no-pivot"}) {
    if (!flags.has(name)) continue;
    const auto value = flags.get(name);
    command.extra.push_back(value.empty() ? std::format("--{}", name)
                                          : std::format("--{}={}", name, value));
  }
  const auto restored = restore(**request, command, environment);
  if (restored) return 0;
  return report(call,
                std::format("restoring container '{}' by migration {}: {}", (*request)->container,
                            (*request)->migration, restored.error().what));
}

}  // namespace drover::oci
