#include "migrate/http/codec.h"

#include <format>

#include <nlohmann/json.hpp>

namespace drover::migrate {
namespace {

using nlohmann::json;

template <class Read>
auto parsed(const std::string& text, std::string_view what, Read&& read) -> decltype(read(json{})) {
  try {
    return read(json::parse(text));
  } catch (const json::exception& error) {
    return invalid(std::format("{} is not understood: {}", what, error.what()));
  }
}

}  // namespace

std::string request_to_json(const StepRequest& request) {
  return json{{"migration", request.id.str()},
              {"epoch", request.epoch},
              {"step", to_string(request.step)},
              {"pod", request.pod.str()},
              {"source", request.source.str()},
              {"destination", request.destination.str()},
              {"spec", request.spec},
              {"destination_endpoint", request.destination_endpoint}}
      .dump();
}

Result<StepRequest> request_from_json(const std::string& text) {
  return parsed(text, "migration step", [](const json& value) -> Result<StepRequest> {
    return parse_step(value.at("step").get<std::string>()).transform([&](Step step) {
      return StepRequest{
          .id = MigrationId(value.at("migration").get<std::string>()),
          .epoch = value.at("epoch").get<Epoch>(),
          .step = step,
          .pod = WorkloadId(value.at("pod").get<std::string>()),
          .source = NodeId(value.at("source").get<std::string>()),
          .destination = NodeId(value.at("destination").get<std::string>()),
          .spec = value.at("spec").get<std::string>(),
          .destination_endpoint = value.at("destination_endpoint").get<std::string>()};
    });
  });
}

std::string reply_to_json(const StepReply& reply) {
  return json{{"never_ran", reply.never_ran},
              {"image_bytes", reply.image_bytes.count()},
              {"sent_bytes", reply.sent_bytes.count()},
              {"detail", reply.detail}}
      .dump();
}

Result<StepReply> reply_from_json(const std::string& text) {
  return parsed(text, "reply to a migration step", [](const json& value) -> Result<StepReply> {
    return StepReply{.never_ran = value.at("never_ran").get<bool>(),
                     .image_bytes = Bytes{value.at("image_bytes").get<std::int64_t>()},
                     .sent_bytes = Bytes{value.at("sent_bytes").get<std::int64_t>()},
                     .detail = value.at("detail").get<std::string>()};
  });
}

}  // namespace drover::migrate
