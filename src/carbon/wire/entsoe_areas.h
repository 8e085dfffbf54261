// ENTSO-E's codes of areas, and the zone that drover knows them by.
#pragma once

#include <span>
#include <string_view>

namespace drover::carbon::wire {

struct EntsoeArea {
  std::string_view code;  // EIC, 16 characters, the last one a check
  std::string_view zone;
};

std::span<const EntsoeArea> entsoe_areas();

}  // namespace drover::carbon::wire
