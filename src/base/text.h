// Small text helpers that errors and registries share.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace drover {

// The candidate closest to `text` by edit distance, or empty when none is near enough to be a
// typing error.
std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates);

// ", did you mean 'x'?" or "; known: a, b, c": the ending of every unknown-name error.
std::string suggest(std::string_view text, std::span<const std::string_view> candidates);

}  // namespace drover
