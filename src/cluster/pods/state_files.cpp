#include "cluster/pods/state_files.h"

#include <array>
#include <format>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cluster/pods/json_reader.h"
#include "os/file.h"

namespace drover::cluster::pods {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 4> kPhases = {"created", "running", "exited", "failed"};

Json process_json(os::ProcessId process) {
  return {{"pid", process.pid}, {"start_ticks", process.start_ticks}};
}

os::ProcessId process_from(const JsonReader& json) {
  return {.pid = static_cast<pid_t>(json.required("pid").integer()),
          .start_ticks = static_cast<std::uint64_t>(json.required("start_ticks").integer())};
}

Result<> write(const std::filesystem::path& file, const Json& json) {
  return os::publish(file, json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

template <class Read>
auto read(const std::filesystem::path& file, Read parse) {
  return os::read_file(file).and_then([&](const std::string& text) {
    return read_json(text, parse).transform_error(doing(file.string()));
  });
}

ShimStatus status_from(const JsonReader& json) {
  json.allow({"phase", "pid", "start_ticks", "exit_code", "error", "restored"});
  ShimStatus status{.init = process_from(json)};
  const auto phase = parse_container_phase(json.required("phase").text());
  if (!phase) json.required("phase").fail(phase.error().what);
  status.phase = *phase;
  if (const auto code = json.optional("exit_code"))
    status.exit_code = static_cast<int>(code->integer());
  status.error = json.text_or("error", "");
  const auto restored = json.optional("restored");
  status.restored = restored && restored->boolean();
  return status;
}

}  // namespace

std::string_view to_string(ContainerPhase phase) {
  return kPhases.at(static_cast<std::size_t>(phase));
}

Result<ContainerPhase> parse_container_phase(std::string_view text) {
  const auto found = std::ranges::find(kPhases, text);
  if (found == kPhases.end())
    return invalid(std::format("'{}' is not a phase{}", text, suggest(text, kPhases)));
  return static_cast<ContainerPhase>(found - kPhases.begin());
}

Result<> write_process(const std::filesystem::path& file, os::ProcessId process) {
  return write(file, process_json(process));
}

Result<os::ProcessId> read_process(const std::filesystem::path& file) {
  return read(file, process_from);
}

std::optional<os::ProcessId> live_process(const std::filesystem::path& file) {
  const auto process = read_process(file);
  if (!process || !os::alive(*process)) return std::nullopt;
  return *process;
}

Result<> write_status(const std::filesystem::path& file, const ShimStatus& status) {
  Json json = {{"phase", to_string(status.phase)}};
  json.update(process_json(status.init));
  if (status.exit_code) json["exit_code"] = *status.exit_code;
  if (!status.error.empty()) json["error"] = status.error;
  json["restored"] = status.restored;
  return write(file, json);
}

Result<ShimStatus> read_status(const std::filesystem::path& file) {
  return read(file, status_from);
}

}  // namespace drover::cluster::pods
