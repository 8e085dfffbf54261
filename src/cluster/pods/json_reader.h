// Strict reading of JSON: each error names its place ("containers[0].ports[1].container_port"),
// value and way out.
//
// Inside, the first problem ends the reading by an exception that read_json() turns into a Result;
// it never leaves this adapter.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace drover::cluster::pods {

// One value of a document that outlives the reader.
class JsonReader {
 public:
  JsonReader(const nlohmann::json& json, std::string place)
      : json_(&json), place_(std::move(place)) {}

  [[noreturn]] void fail(const std::string& problem) const;

  // Of an object; `allow` refuses every key not named, so call it first.
  void allow(std::initializer_list<std::string_view> keys) const;
  [[nodiscard]] JsonReader required(std::string_view key) const;
  [[nodiscard]] std::optional<JsonReader> optional(
      std::string_view key) const;  // null counts as absent
  [[nodiscard]] std::string text_or(std::string_view key, std::string_view fallback) const;
  [[nodiscard]] std::map<std::string, std::string> text_map(
      std::string_view key) const;  // absent: empty
  template <class Read>
  [[nodiscard]] auto list(std::string_view key, Read read) const {  // absent: empty
    std::vector<decltype(read(*this))> values;
    for (const auto& item : items(key)) values.push_back(read(item));
    return values;
  }

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::int64_t integer() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] bool boolean() const;

 private:
  [[nodiscard]] std::vector<JsonReader> items(std::string_view key) const;
  [[nodiscard]] std::string place_of(std::string_view key) const;
  void expect_object() const;

  const nlohmann::json* json_;
  std::string place_;  // empty: the whole document
};

// Parses the text and runs `visit` on it; kInvalid with the first problem.
Result<> visit_json(std::string_view text, const std::function<void(JsonReader)>& visit);

template <class Read>
auto read_json(std::string_view text, Read read)
    -> Result<decltype(read(std::declval<JsonReader>()))> {
  std::optional<decltype(read(std::declval<JsonReader>()))> value;
  return visit_json(text, [&](JsonReader json) { value = read(std::move(json)); }).transform([&] {
    return std::move(*value);
  });
}

}  // namespace drover::cluster::pods
