#include "cluster/pods/json_reader.h"

#include <algorithm>
#include <format>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace drover::cluster::pods {
namespace {

struct Problem {
  std::string what;
};

std::string shown(const nlohmann::json& json) {
  auto text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return text.size() <= 60 ? text : text.substr(0, 57) + "...";
}

}  // namespace

void JsonReader::fail(const std::string& problem) const {
  throw Problem{place_.empty() ? problem : place_ + ": " + problem};
}

void JsonReader::expect_object() const {
  if (!json_->is_object()) fail(std::format("{} is not an object", shown(*json_)));
}

std::string JsonReader::place_of(std::string_view key) const {
  return place_.empty() ? std::string(key) : std::format("{}.{}", place_, key);
}

void JsonReader::allow(std::initializer_list<std::string_view> keys) const {
  expect_object();
  const std::vector<std::string_view> known(keys);
  for (const auto& [key, value] : json_->items()) {
    if (std::ranges::find(known, key) == known.end()) {
      fail(std::format("unknown key '{}'{}", key, suggest(key, known)));
    }
  }
}

std::optional<JsonReader> JsonReader::optional(std::string_view key) const {
  expect_object();
  const auto found = json_->find(key);
  if (found == json_->end() || found->is_null()) return std::nullopt;
  return JsonReader(*found, place_of(key));
}

JsonReader JsonReader::required(std::string_view key) const {
  const auto value = optional(key);
  if (!value) fail(std::format("'{}' is missing", key));
  return *value;
}

std::string JsonReader::text_or(std::string_view key, std::string_view fallback) const {
  const auto value = optional(key);
  return value ? value->text() : std::string(fallback);
}

std::map<std::string, std::string> JsonReader::text_map(std::string_view key) const {
  std::map<std::string, std::string> map;
  const auto value = optional(key);
  if (!value) return map;
  value->expect_object();
  for (const auto& [name, item] : value->json_->items()) {
    map.emplace(name, JsonReader(item, value->place_of(name)).text());
  }
  return map;
}

std::vector<JsonReader> JsonReader::items(std::string_view key) const {
  std::vector<JsonReader> readers;
  const auto value = optional(key);
  if (!value) return readers;
  if (!value->json_->is_array()) value->fail(std::format("{} is not a list", shown(*value->json_)));
  for (const auto& item : *value->json_) {
    readers.emplace_back(item, std::format("{}[{}]", value->place_, readers.size()));
  }
  return readers;
}

std::string JsonReader::text() const {
  if (!json_->is_string()) fail(std::format("{} is not a text in quotes", shown(*json_)));
  return json_->get<std::string>();
}

std::int64_t JsonReader::integer() const {
  const bool too_large = json_->is_number_unsigned() && json_->get<std::uint64_t>() > INT64_MAX;
  if (!json_->is_number_integer() || too_large)
    fail(std::format("{} is not a whole number", shown(*json_)));
  return json_->get<std::int64_t>();
}

double JsonReader::number() const {
  if (!json_->is_number()) fail(std::format("{} is not a number", shown(*json_)));
  return json_->get<double>();
}

bool JsonReader::boolean() const {
  if (!json_->is_boolean()) fail(std::format("{} is not true or false", shown(*json_)));
  return json_->get<bool>();
}

Result<> visit_json(std::string_view text, const std::function<void(JsonReader)>& visit) {
  try {
    const auto json = nlohmann::json::parse(text);
    visit(JsonReader(json, ""));
    return {};
  } catch (const Problem& problem) {
    return invalid(problem.what);
  } catch (const nlohmann::json::exception& error) {
    return invalid(std::format("not JSON: {}", error.what()));
  }
}

}  // namespace drover::cluster::pods
