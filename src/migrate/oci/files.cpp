#include "migrate/oci/files.h"

#include <format>

#include <nlohmann/json.hpp>

namespace drover::migrate {
namespace {

using nlohmann::json;

// nlohmann throws on a missing or mistyped member; here that becomes a value.
template <class Read>
auto parsed(const std::string& text, std::string_view what, Read&& read)
    -> Result<decltype(read(json{}))> {
  try {
    return read(json::parse(text));
  } catch (const json::exception& error) {
    return invalid(std::format("{} is damaged: {}", what, error.what()));
  }
}

}  // namespace

std::string offer_to_json(const Offer& offer) {
  return json{{"migration", offer.id.str()},
              {"epoch", offer.epoch},
              {"pod", offer.pod.str()},
              {"container", offer.container},
              {"image_path", offer.image_path.string()},
              {"work_path", offer.work_path.string()}}
      .dump();
}

Result<Offer> offer_from_json(const std::string& text) {
  return parsed(text, "offer.json", [](const json& value) {
    return Offer{.id = MigrationId(value.at("migration").get<std::string>()),
                 .epoch = value.at("epoch").get<Epoch>(),
                 .pod = WorkloadId(value.at("pod").get<std::string>()),
                 .container = value.at("container").get<std::string>(),
                 .image_path = value.at("image_path").get<std::string>(),
                 .work_path = value.at("work_path").get<std::string>()};
  });
}

std::string end_to_json(const RestoreEnd& end) {
  return json{{"exit_code", end.exit_code}, {"error", end.error}}.dump();
}

Result<RestoreEnd> end_from_json(const std::string& text) {
  return parsed(text, "done.json", [](const json& value) {
    return RestoreEnd{.exit_code = value.at("exit_code").get<int>(),
                      .error = value.at("error").get<std::string>()};
  });
}

}  // namespace drover::migrate
