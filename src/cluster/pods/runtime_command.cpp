#include "cluster/pods/runtime_command.h"

#include <ranges>

#include "cluster/pods/json_reader.h"
#include "os/command.h"
#include "os/file.h"

namespace drover::cluster::pods {
namespace {

// One line of the log as runc writes it with --log-format json.
Result<std::string> error_of(std::string_view line) {
  return read_json(line, [](JsonReader json) {
    if (json.text_or("level", "") != "error") json.fail("not an error");
    return json.required("msg").text();
  });
}

}  // namespace

std::vector<std::string> RuntimeCommand::argv(const std::vector<std::string>& arguments) const {
  std::vector<std::string> line{where_.program, "--root",       where_.root, "--log",
                                log(),          "--log-format", "json"};
  line.insert(line.end(), arguments.begin(), arguments.end());
  return line;
}

Result<> RuntimeCommand::call(const std::vector<std::string>& arguments, Duration timeout) const {
  return os::run_ok({.argv = argv(arguments), .timeout = timeout})
      .transform([](const std::string&) {})
      .or_else([this](const Error& error) -> Result<> {
        return std::unexpected(Error{error.code, last_error().value_or(error.what)});
      });
}

std::optional<std::string> RuntimeCommand::last_error() const {
  const auto text = os::read_file(log()).value_or("");
  std::optional<std::string> last;
  for (const auto line : text | std::views::split('\n')) {
    if (auto message = error_of(std::string_view(line))) last = std::move(*message);
  }
  return last;
}

bool RuntimeCommand::is_restored(const std::string& id) const {
  return os::exists(where_.root / id / "drover-restored");
}

}  // namespace drover::cluster::pods
