#include <format>

#include <nlohmann/json.hpp>

#include "oci/restore.h"
#include "oci/verbs.h"
#include "os/command.h"
#include "os/file.h"

namespace drover::oci {
namespace {

constexpr Duration kStateLimit = std::chrono::seconds(10);

Result<std::string> status_of(const Invocation& call, const std::string& id,
                              const Environment& environment) {
  const auto runc = find_runc(environment);
  if (!runc) return std::unexpected(runc.error());
  return os::run_ok({.argv = {*runc, "--root", call.root, "state", id}, .timeout = kStateLimit})
      .transform([](const std::string& text) {
        const auto state = nlohmann::json::parse(text, nullptr, false);
        return state.is_object() && state.contains("status") && state["status"].is_string()
                   ? state["status"].get<std::string>()
                   : "";
      });
}

}  // namespace

// Its process has run since `create` returned, so runc would refuse. It may have ended by itself in
// between.
std::optional<int> start(const Invocation& call, const Environment& environment) {
  const auto flags = read_flags(call.arguments, {});
  if (flags.count >= call.arguments.size()) return std::nullopt;
  const auto& id = call.arguments[flags.count];
  const auto mark = restored_mark(call.root, id);
  if (!os::exists(mark)) return std::nullopt;
  const auto status = status_of(call, id, environment);
  if (!status) return report(call, status.error().what);
  if (*status != "running" && *status != "paused" && *status != "stopped") {
    return report(call,
                  std::format("container '{}' was restored, but its state is '{}'", id, *status));
  }
  if (const auto removed = os::remove_tree(mark); !removed)
    return report(call, removed.error().what);
  return 0;
}

}  // namespace drover::oci
