// Comma-separated values after RFC 4180: quoted fields, doubled quotes, CRLF or LF, a last line
// with or without its end. Stricter than most: a quote inside an unquoted field or a blank line
// between rows is an error, not a guess.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace drover::carbon::csv {

struct Record {
  std::size_t line = 0;                  // where it begins, from 1
  std::vector<std::string_view> fields;  // trimmed; valid until the reader reads on
};

// Reads `text` in place, which must outlive it; any bytes are fine.
class Reader {
 public:
  Reader(std::string_view text, std::string file);

  // False at the end. Errors are "file:line: what".
  Result<bool> next(Record& record);

  // After an error: goes on behind the line where the bad record began; one that was refused only
  // for the blank line before it comes next.
  void recover();

 private:
  [[nodiscard]] bool at_end() const { return position_ == text_.size(); }
  Result<> read_record(Record& record);
  Result<std::string_view> read_quoted();
  Result<std::string_view> read_plain();
  void skip_blanks();
  bool take_line_end();
  [[nodiscard]] std::unexpected<Error> error(std::string_view what) const;

  std::string_view text_;
  std::string file_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t record_position_ = 0;
  std::size_t record_line_ = 1;
  bool blank_before_ = false;         // the last error is a blank line, not the record
  std::deque<std::string> unquoted_;  // fields of this record that are not a piece of the text
};

}  // namespace drover::carbon::csv
