// The answers of grid providers, told apart by what their JSON holds.
#pragma once

#include <string_view>
#include <vector>

#include "carbon/wire/answer.h"

namespace drover::carbon {

// What a file in JSON or XML says, and whose format it is.
struct DocumentContent {
  std::string_view format;
  wire::Answer answer;
};

// kInvalid with what is known for JSON that no provider answers.
Result<DocumentContent> parse_json_document(std::string_view text,
                                            const wire::WireOptions& options);

// Every format, for a message that lists what is known.
std::vector<std::string_view> known_json_formats();

}  // namespace drover::carbon
