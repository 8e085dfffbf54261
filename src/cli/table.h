// Text in aligned columns.
#pragma once

#include <string>
#include <vector>

namespace drover::cli {

// Columns as wide as their widest cell, two blanks between them, none at a line's end. Without rows
// only the heading.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) : rows_{std::move(heading)} {}
  // As many cells as the heading has.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace drover::cli
