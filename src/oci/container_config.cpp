#include "oci/container_config.h"

#include <algorithm>
#include <format>

#include <nlohmann/json.hpp>

#include "os/file.h"

namespace drover::oci {
namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// Both become parts of a path.
bool is_file_name(std::string_view text) {
  const auto safe = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 128 && text.front() != '.' &&
         std::ranges::all_of(text, safe);
}

std::string network_namespace(const json& config) {
  const auto list = config.value(json::json_pointer("/linux/namespaces"), json::array());
  for (const auto& item : list) {
    if (item.is_object() && text_at(item, "type") == "network") return text_at(item, "path");
  }
  return "";
}

Result<std::optional<RestoreRequest>> request_of(const json& config) {
  const auto annotations = config.find("annotations");
  if (annotations == config.end() || !annotations->is_object() ||
      !annotations->contains(kMigrationAnnotation)) {
    return std::nullopt;
  }
  RestoreRequest request{.migration = text_at(*annotations, kMigrationAnnotation),
                         .container = text_at(*annotations, kContainerAnnotation),
                         .criu_config = text_at(*annotations, kCriuConfigAnnotation),
                         .netns = network_namespace(config)};
  if (!is_file_name(request.migration)) {
    return invalid(std::format("annotation {}: '{}' is not the id of a migration",
                               kMigrationAnnotation, request.migration));
  }
  if (!is_file_name(request.container)) {
    return invalid(std::format("annotation {}: '{}' is not the name of a container",
                               kContainerAnnotation, request.container));
  }
  if (!request.criu_config.is_absolute()) {
    return invalid(
        std::format("annotation {} must name an absolute path, for CRIU to find drover's hook by",
                    kCriuConfigAnnotation));
  }
  return request;
}

}  // namespace

Result<std::optional<RestoreRequest>> read_restore_request(const std::filesystem::path& bundle) {
  const auto text = os::read_file(bundle / "config.json");
  // Most containers are no restores, and this program runs for each of them: no parsing when there
  // is nothing to find.
  if (!text || !text->contains(kMigrationAnnotation)) return std::nullopt;
  const auto config = json::parse(*text, nullptr, false);
  if (!config.is_object())
    return invalid(std::format("{}: not a JSON object", (bundle / "config.json").string()));
  try {
    return request_of(config);
  } catch (const json::exception& error) {
    return invalid(std::format("{}: {}", (bundle / "config.json").string(), error.what()));
  }
}

}  // namespace drover::oci
