#include "api/http/bodies.h"

#include <algorithm>
#include <cmath>
#include <format>

#include <nlohmann/json.hpp>

#include "api/limits.h"

namespace drover::api {
namespace {

using nlohmann::json;

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char left, char right) {
    const auto lower = [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return lower(left) == lower(right);
  });
}

// An object of a batch and how errors call it.
class Item {
 public:
  Item(const json& object, std::string where) : object_(object), where_(std::move(where)) {}

  [[nodiscard]] std::string name(std::string_view member) const {
    return std::format("{}{}", where_, member);
  }

  [[nodiscard]] Answer<std::string> text(std::string_view member) const {
    const json* found = find(member);
    if (found == nullptr || !found->is_string()) {
      return bad_parameter(name(member),
                           found == nullptr ? "is missing" : "is not a text in quotes");
    }
    auto value = found->get<std::string>();
    if (value.empty() || value.size() > kMaxText) {
      return bad_parameter(name(member),
                           std::format("has {} bytes; 1 to {} are read", value.size(), kMaxText));
    }
    return value;
  }

  [[nodiscard]] Answer<Instant> time(std::string_view member) const {
    return text(member).and_then(
        [&](const std::string& value) { return read_time(name(member), value); });
  }

  [[nodiscard]] Answer<std::optional<Instant>> maybe_time(std::string_view member) const {
    if (find(member) == nullptr) {
      return std::nullopt;
    }
    return time(member).transform([](Instant at) { return std::optional(at); });
  }

  [[nodiscard]] Answer<std::optional<Duration>> window(std::string_view member) const {
    const json* found = find(member);
    if (found == nullptr) {
      return std::nullopt;
    }
    if (!found->is_number_integer() || !fits(*found)) {
      return bad_parameter(name(member), "is not a whole number of minutes");
    }
    return window_of(name(member), found->get<std::int64_t>());
  }

 private:
  static bool fits(const json& number) {
    return !number.is_number_unsigned() || number.get<std::uint64_t>() <= std::uint64_t{INT64_MAX};
  }

  // Null counts as absent.
  [[nodiscard]] const json* find(std::string_view member) const {
    for (const auto& [name, value] : object_.items()) {
      if (same_letters(name, member)) {
        return value.is_null() ? nullptr : &value;
      }
    }
    return nullptr;
  }

  const json& object_;
  std::string where_;
};

template <class T>
Answer<std::vector<T>> parse_batch(const std::string& body, Answer<T> (*read)(const Item& item)) {
  const json list = json::parse(body, nullptr, false);
  if (!list.is_array() || list.empty() || list.size() > kMaxBatch) {
    return bad_parameter("body", list.is_array()
                                     ? std::format("has {} items; 1 to {} are answered at once",
                                                   list.size(), kMaxBatch)
                                     : "is not a list of objects in JSON");
  }
  std::vector<T> items;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].is_object()) {
      return bad_parameter(std::format("[{}]", i), "is not an object");
    }
    auto one = read(Item(list[i], std::format("[{}].", i)));
    if (!one) {
      return std::unexpected(one.error());
    }
    items.push_back(*std::move(one));
  }
  return items;
}

Answer<AverageQuery> read_average(const Item& item) {
  auto location = item.text("location");
  const auto start = item.time("startTime");
  const auto end = item.time("endTime");
  if (!location || !start) {
    return std::unexpected(location ? start.error() : location.error());
  }
  return end.transform([&](Instant until) {
    return AverageQuery{.location = *std::move(location), .start = *start, .end = until};
  });
}

Answer<SdkForecastQuery> read_forecast(const Item& item) {
  auto location = item.text("location");
  const auto requested = item.time("requestedAt");
  if (!location || !requested) {
    return std::unexpected(location ? requested.error() : location.error());
  }
  const auto start = item.maybe_time("dataStartAt");
  const auto end = item.maybe_time("dataEndAt");
  if (!start || !end) {
    return std::unexpected(start ? end.error() : start.error());
  }
  return item.window("windowSize").transform([&](const std::optional<Duration>& window) {
    return SdkForecastQuery{.location = *std::move(location),
                            .start = *start,
                            .end = *end,
                            .window = window,
                            .requested_at = *requested};
  });
}

}  // namespace

Answer<std::vector<AverageQuery>> parse_average_batch(const std::string& body) {
  return parse_batch(body, read_average);
}

Answer<std::vector<SdkForecastQuery>> parse_forecast_batch(const std::string& body) {
  return parse_batch(body, read_forecast);
}

Answer<double> parse_kubeflex(const std::string& body) {
  const json object = json::parse(body, nullptr, false);
  const auto found = object.is_object() ? object.find("duration") : object.end();
  if (!object.is_object() || found == object.end() || !found->is_number()) {
    return bad_parameter("duration", R"(is missing; post {"duration": HOURS} in JSON)");
  }
  return found->get<double>();
}

}  // namespace drover::api
