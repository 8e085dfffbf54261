// Where a feed may be given by its coordinates instead of by the provider's name for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drover::carbon::gridapi {

struct Place {
  std::string latitude;  // as written
  std::string longitude;
};

// Of "48.14,11.58"; absent when the text is no such pair.
std::optional<Place> place_of(std::string_view remote);

}  // namespace drover::carbon::gridapi
