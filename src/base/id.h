// Names as types, so that a zone is never passed where a node is meant.
#pragma once

#include <compare>
#include <format>
#include <functional>
#include <string>
#include <utility>

namespace drover {

// A non-interchangeable string id; Tag only tells the kinds apart.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  std::string text_;
};

using ZoneId = Id<struct ZoneTag>;            // grid zone, e.g. "US-NE-ISNE", "SYN-US-NE-ISNE"
using NodeId = Id<struct NodeTag>;            // unique name of a node in its cluster
using WorkloadId = Id<struct WorkloadTag>;    // unique name of a pod in its cluster
using MigrationId = Id<struct MigrationTag>;  // unique for ever, e.g. "m-000007"

}  // namespace drover

template <class Tag>
struct std::hash<drover::Id<Tag>> {
  std::size_t operator()(const drover::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};

template <class Tag>
struct std::formatter<drover::Id<Tag>> : std::formatter<std::string> {
  auto format(const drover::Id<Tag>& id, auto& context) const {
    return std::formatter<std::string>::format(id.str(), context);
  }
};
