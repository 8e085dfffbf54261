#include "cluster/local/process_file.h"

#include <format>

#include <nlohmann/json.hpp>

#include "os/file.h"

namespace drover::cluster::local {

Result<> write_process_file(const std::filesystem::path& file, const ProcessRecord& record) {
  nlohmann::ordered_json json{{"pid", record.id.pid}, {"start_ticks", record.id.start_ticks}};
  if (!record.address.empty()) {
    json["address"] = record.address;
  }
  return os::atomic_write(file, json.dump() + "\n");
}

Result<ProcessRecord> read_process_file(const std::filesystem::path& file) {
  const auto text = os::read_file(file);
  if (!text) {
    return std::unexpected(text.error());
  }
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.value("pid", nlohmann::json()).is_number_integer() ||
      !json.value("start_ticks", nlohmann::json()).is_number_integer()) {
    return invalid(std::format("{}: does not name a process; `drover down` removes the cluster",
                               file.string()));
  }
  ProcessRecord record;
  record.id = {.pid = json["pid"].get<pid_t>(),
               .start_ticks = json["start_ticks"].get<std::uint64_t>()};
  if (const auto address = json.find("address"); address != json.end() && address->is_string()) {
    record.address = address->get<std::string>();
  }
  return record;
}

Result<ProcessRecord> live_process(const std::filesystem::path& file, std::string_view what) {
  auto record = read_process_file(file);
  if (!record && record.error().code == Code::kNotFound) {
    return unavailable(std::format("{} is not running", what));
  }
  if (record && !os::alive(record->id)) {
    return unavailable(std::format("{} (process {}) is gone", what, record->id.pid));
  }
  return record;
}

}  // namespace drover::cluster::local
