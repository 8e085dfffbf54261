#include "api/parameters.h"

#include <algorithm>
#include <charconv>
#include <format>

#include "api/limits.h"
#include "base/text.h"

namespace drover::api {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace

Parameters::Parameters(const std::multimap<std::string, std::string>& query, Names names)
    : names_(names) {
  for (const auto& [name, value] : query) {
    values_.emplace(key(name), value);
  }
}

std::string Parameters::key(std::string_view name) const {
  return names_ == Names::kAnyCase ? lower(name) : std::string(name);
}

Answer<void> Parameters::check(const std::vector<std::string_view>& known) const {
  for (const auto& [name, value] : values_) {
    if (!std::ranges::contains(known, name)) {
      return bad_parameter(name.substr(0, kMaxText),
                           "is not a known parameter" + suggest(name, known));
    }
  }
  return {};
}

Answer<std::optional<std::string>> Parameters::text(std::string_view name) const {
  const std::string wanted = key(name);
  const auto [first, last] = values_.equal_range(wanted);
  if (first == last || first->second.empty()) {
    return std::nullopt;
  }
  if (std::next(first) != last) {
    return bad_parameter(std::string(name), "is given more than once");
  }
  if (first->second.size() > kMaxText) {
    return bad_parameter(std::string(name), std::format("has {} bytes; at most {} are read",
                                                        first->second.size(), kMaxText));
  }
  return first->second;
}

Answer<Instant> read_time(const std::string& name, const std::string& text) {
  return parse_time(text).transform_error([&](const Error& /*what*/) {
    return bad_parameter(
               name, std::format("{} is not a time; write it as 2021-03-04T05:00:00Z (a '+' of an "
                                 "offset is %2B in a URL)",
                                 shown(text)))
        .error();
  });
}

Answer<std::optional<Instant>> Parameters::time(std::string_view name) const {
  return text(name).and_then(
      [&](const std::optional<std::string>& given) -> Answer<std::optional<Instant>> {
        if (!given) {
          return std::nullopt;
        }
        return read_time(std::string(name), *given).transform([](Instant at) {
          return std::optional(at);
        });
      });
}

Answer<std::optional<std::int64_t>> Parameters::whole(std::string_view name,
                                                      const Range& range) const {
  return text(name).and_then(
      [&](const std::optional<std::string>& given) -> Answer<std::optional<std::int64_t>> {
        if (!given) {
          return std::nullopt;
        }
        std::int64_t value = 0;
        const char* end = given->data() + given->size();
        const auto [stop, error] = std::from_chars(given->data(), end, value);
        if (error != std::errc{} || stop != end || value < range.least || value > range.most) {
          return bad_parameter(std::string(name),
                               std::format("{} is not a whole number from {} to {}", shown(*given),
                                           range.least, range.most));
        }
        return value;
      });
}

std::vector<std::string> Parameters::all(const std::vector<std::string_view>& names) const {
  std::vector<std::string> found;
  for (const std::string_view name : names) {
    const auto [first, last] = values_.equal_range(key(name));
    std::transform(first, last, std::back_inserter(found),
                   [](const auto& entry) { return entry.second; });
  }
  return found;
}

}  // namespace drover::api
