// Steps and replies as JSON, for the wire between coordinator and agents.
#pragma once

#include <string>

#include "migrate/agent.h"

namespace drover::migrate {

std::string request_to_json(const StepRequest& request);
Result<StepRequest> request_from_json(const std::string& text);
std::string reply_to_json(const StepReply& reply);
Result<StepReply> reply_from_json(const std::string& text);

}  // namespace drover::migrate
