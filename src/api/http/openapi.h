// docs/api/carbon.openapi.json, as it was when the program was built.
#pragma once

#include <string_view>

namespace drover::api {

std::string_view openapi();

}  // namespace drover::api
