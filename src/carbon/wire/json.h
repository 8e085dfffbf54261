// JSON from outside: size and nesting are limited before it is read, exceptions stop here, and
// every error names the document, the way to the value, and the value.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"

namespace drover::carbon::wire {

// One value of a document, with the way to it. Cheap to copy; keeps the document alive.
class Node {
 public:
  // Reads `text`, with or without a byte order mark. `document` names it in errors. kInvalid for
  // what is no JSON, is over 32 MiB, nests deeper than 32 levels or has over 4 million values.
  static Result<Node> parse(std::string_view text, const std::string& document);

  [[nodiscard]] bool is_object() const { return json_->is_object(); }
  [[nodiscard]] bool is_array() const { return json_->is_array(); }
  [[nodiscard]] bool is_null() const { return json_->is_null(); }

  // The member of that name; absent when there is none, or when this is no object. Null is there.
  [[nodiscard]] std::optional<Node> find(std::string_view name) const;
  // The same, and kInvalid when there is none.
  [[nodiscard]] Result<Node> member(std::string_view name) const;
  // The elements of an array, in order; kInvalid when this is none.
  [[nodiscard]] Result<std::vector<Node>> elements() const;
  // The names of an object's members, sorted; none when this is no object.
  [[nodiscard]] std::vector<std::string> names() const;

  // The value as what it must be; kInvalid otherwise.
  [[nodiscard]] Result<std::string> text() const;
  [[nodiscard]] Result<bool> flag() const;
  [[nodiscard]] Result<double> number() const;
  [[nodiscard]] Result<double> number_or_text() const;  // also "0.6"
  [[nodiscard]] Result<Instant> time() const;           // with Z or an offset, or it is refused
  [[nodiscard]] Result<Instant> time_or_utc() const;    // without either it is UTC
  // g/kWh within the limits of given_intensity(); null is an unknown value.
  [[nodiscard]] Result<std::optional<Intensity>> intensity() const;

  // "document: data[3].from: " before `what`, or before an error from below.
  [[nodiscard]] std::unexpected<Error> error(std::string_view what,
                                             Code code = Code::kInvalid) const;
  // The value as a message shows it, cut when long.
  [[nodiscard]] std::string shown_value() const;

 private:
  struct Document {
    std::string name;
    nlohmann::json root;
  };
  Node(std::shared_ptr<const Document> document, const nlohmann::json* json, std::string path)
      : document_(std::move(document)), json_(json), path_(std::move(path)) {}

  std::shared_ptr<const Document> document_;
  const nlohmann::json* json_;
  std::string path_;
};

}  // namespace drover::carbon::wire
