#include "carbon/wire/json.h"

#include <charconv>
#include <cmath>
#include <format>
#include <utility>

#include "carbon/given.h"

namespace drover::carbon::wire {
namespace {

constexpr std::size_t kMaxSize = std::size_t{32} << 20;
constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxValues = 4'000'000;

// Depth and number of values, counted without reading: what follows may use memory and stack in
// proportion to them.
Result<> check_shape(std::string_view text) {
  std::size_t depth = 0;
  std::size_t values = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      i += c == '\\' ? 1 : 0;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      ++depth;
      ++values;
    } else if (c == ',') {
      ++values;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
    if (depth > kMaxDepth || values > kMaxValues) {
      return invalid(depth > kMaxDepth
                         ? std::format("nests deeper than {} levels", kMaxDepth)
                         : std::format("has more than {} values; ask for less", kMaxValues));
    }
  }
  return {};
}

Result<nlohmann::json> read(std::string_view text) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return invalid(std::format("is no JSON at byte {}: {}", error.byte,
                               shown(text.substr(error.byte > 10 ? error.byte - 10 : 0, 30))));
  } catch (const std::exception& error) {
    return invalid(std::format("is no JSON: {}", printable(error.what())));  // it quotes numbers
  }
}

}  // namespace

Result<Node> Node::parse(std::string_view text, const std::string& document) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  if (text.size() > kMaxSize) {
    return invalid(std::format("{}: {} bytes are more than the limit of {}; ask for less", document,
                               text.size(), kMaxSize));
  }
  auto root = check_shape(text).and_then([&] { return read(text); });
  if (!root) {
    root.error().what = std::format("{}: the document {}", document, root.error().what);
    return std::unexpected(root.error());
  }
  auto kept = std::make_shared<const Document>(document, *std::move(root));
  const auto* json = &kept->root;
  return Node(std::move(kept), json, "");
}

std::optional<Node> Node::find(std::string_view name) const {
  if (!json_->is_object()) {
    return std::nullopt;
  }
  const auto found = json_->find(name);
  if (found == json_->end()) {
    return std::nullopt;
  }
  return Node(document_, &*found, path_ + (path_.empty() ? "" : ".") + printable(name));
}

Result<Node> Node::member(std::string_view name) const {
  if (auto found = find(name)) {
    return *std::move(found);
  }
  return error(json_->is_object()
                   ? std::format("member '{}' is missing", name)
                   : std::format("{} is no object with a member '{}'", shown_value(), name));
}

Result<std::vector<Node>> Node::elements() const {
  if (!json_->is_array()) {
    return error(std::format("{} is no list", shown_value()));
  }
  std::vector<Node> all;
  all.reserve(json_->size());
  for (std::size_t i = 0; i < json_->size(); ++i) {
    all.push_back(Node(document_, &(*json_)[i], std::format("{}[{}]", path_, i)));
  }
  return all;
}

std::vector<std::string> Node::names() const {
  std::vector<std::string> all;
  if (json_->is_object()) {
    for (const auto& [name, value] : json_->items()) {
      all.push_back(name);
    }
  }
  return all;
}

Result<std::string> Node::text() const {
  if (const auto* text = json_->get_ptr<const std::string*>()) {
    return *text;
  }
  return error(std::format("{} is no text", shown_value()));
}

Result<bool> Node::flag() const {
  if (const auto* flag = json_->get_ptr<const bool*>()) {
    return *flag;
  }
  return error(std::format("{} is neither true nor false", shown_value()));
}

Result<double> Node::number() const {
  if (json_->is_number()) {
    if (const auto number = json_->get<double>(); std::isfinite(number)) {
      return number;
    }
  }
  return error(std::format("{} is no number", shown_value()));
}

Result<double> Node::number_or_text() const {
  const auto* text = json_->get_ptr<const std::string*>();
  if (text == nullptr) {
    return number();
  }
  double value = 0;
  const auto* end = text->data() + text->size();
  const auto [stop, status] = std::from_chars(text->data(), end, value);
  if (status != std::errc{} || stop != end || !std::isfinite(value)) {
    return error(std::format("{} is no number", shown_value()));
  }
  return value;
}

Result<Instant> Node::time() const {
  return text().and_then([&](const std::string& written) -> Result<Instant> {
    if (!says_offset(written)) {
      return error(
          std::format("the time {} does not say its distance from UTC; it must end in Z "
                      "or an offset",
                      shown(written)));
    }
    return time_or_utc();
  });
}

Result<Instant> Node::time_or_utc() const {
  return text().and_then([&](const std::string& written) -> Result<Instant> {
    if (const auto time = parse_time(written)) {
      return *time;
    }
    return error(std::format("{} is not a time; write it as 2021-03-04T05:00:00Z", shown(written)));
  });
}

Result<std::optional<Intensity>> Node::intensity() const {
  if (is_null()) {
    return std::nullopt;
  }
  return number().and_then([&](double value) -> Result<std::optional<Intensity>> {
    const auto given = given_intensity(value);
    return given ? Result<std::optional<Intensity>>(*given) : error(given.error().what);
  });
}

std::unexpected<Error> Node::error(std::string_view what, Code code) const {
  return std::unexpected(Error{
      code, std::format("{}: {}{}{}", document_->name, path_, path_.empty() ? "" : ": ", what)});
}

std::string Node::shown_value() const {
  if (json_->is_structured()) {
    return json_->is_array() ? "a list" : "an object";
  }
  return shown(json_->is_string() ? json_->get_ref<const std::string&>() : json_->dump());
}

}  // namespace drover::carbon::wire
