#include "oci/invocation.h"

#include <algorithm>

namespace drover::oci {
namespace {

constexpr std::string_view kDefaultRoot = "/run/runc";

}  // namespace

std::string Flags::get(const std::string& name, std::string_view fallback) const {
  const auto found = values.find(name);
  return found == values.end() ? std::string(fallback) : found->second;
}

Flags read_flags(std::span<const std::string> arguments,
                 std::initializer_list<std::string_view> with_value) {
  Flags flags;
  while (flags.count < arguments.size()) {
    std::string_view text = arguments[flags.count];
    if (text.size() < 2 || text.front() != '-') break;
    ++flags.count;
    if (text == "--") break;
    text.remove_prefix(text.starts_with("--") ? 2 : 1);
    const auto equals = text.find('=');
    const std::string name(text.substr(0, equals));
    if (equals != std::string_view::npos) {
      flags.values[name] = text.substr(equals + 1);
    } else if (std::ranges::contains(with_value, name) && flags.count < arguments.size()) {
      flags.values[name] = arguments[flags.count++];
    } else {
      flags.values[name];
    }
  }
  return flags;
}

Invocation read_invocation(std::vector<std::string> argv) {
  Invocation call{.argv = std::move(argv)};
  const auto after_program =
      std::span(call.argv).subspan(std::min<std::size_t>(1, call.argv.size()));
  const auto flags = read_flags(after_program, {"criu", "log", "log-format", "root", "rootless"});
  const auto rest = after_program.subspan(flags.count);
  call.global.assign(after_program.begin(), rest.begin());
  if (!rest.empty()) {
    call.verb = rest.front();
    call.arguments.assign(rest.begin() + 1, rest.end());
  }
  call.root = flags.get("root", kDefaultRoot);
  call.log = flags.get("log");
  call.json_log = flags.get("log-format") == "json";
  return call;
}

}  // namespace drover::oci
