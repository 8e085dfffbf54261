#include "carbon/wire/watttime.h"
#include "promises.h"

namespace {

// As they are, and in hours.
auto parse(std::string_view json, const drover::carbon::wire::WireOptions& options) {
  const auto step =
      json.size() % 3 == 0 ? std::optional<drover::Duration>{std::chrono::hours{1}} : std::nullopt;
  return drover::carbon::wire::parse_watttime(json, options, step);
}

}  // namespace

DROVER_FUZZ_DOCUMENT(parse)
