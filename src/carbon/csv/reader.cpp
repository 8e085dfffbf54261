#include "carbon/csv/reader.h"

#include <algorithm>
#include <format>
#include <utility>

#include "carbon/csv/fields.h"

namespace drover::carbon::csv {
namespace {

constexpr std::size_t kMaxFields = 4096;

bool is_blank(const Record& record) {
  return record.fields.size() == 1 && record.fields[0].empty();
}

}  // namespace

Reader::Reader(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}

Result<bool> Reader::next(Record& record) {
  bool skipped_blank = false;
  blank_before_ = false;
  while (!at_end()) {
    if (auto read = read_record(record); !read) {
      return std::unexpected(read.error());
    }
    if (!is_blank(record)) {
      blank_before_ = skipped_blank;
      return skipped_blank ? Result<bool>(invalid(std::format(
                                 "{}:{}: a blank line stands before this row; remove it", file_,
                                 record.line)))
                           : true;
    }
    skipped_blank = true;
  }
  return false;
}

void Reader::recover() {
  position_ = record_position_;
  line_ = record_line_;
  if (blank_before_) {
    return;
  }
  const auto end = text_.find('\n', position_);
  position_ = end == std::string_view::npos ? text_.size() : end + 1;
  ++line_;
}

Result<> Reader::read_record(Record& record) {
  unquoted_.clear();
  record.fields.clear();
  record.line = line_;
  record_position_ = position_;
  record_line_ = line_;
  for (;;) {
    skip_blanks();
    const bool quoted = !at_end() && text_[position_] == '"';
    const auto field = quoted ? read_quoted() : read_plain();
    if (!field) {
      return std::unexpected(field.error());
    }
    record.fields.push_back(trim(*field));
    if (record.fields.size() > kMaxFields) {
      return error(std::format("more than {} fields in one row", kMaxFields));
    }
    if (at_end() || take_line_end()) {
      return {};
    }
    if (text_[position_] != ',') {
      return error(
          "text after the closing quote of a field; put a comma between, or double a quote that "
          "belongs to it");
    }
    ++position_;
  }
}

Result<std::string_view> Reader::read_quoted() {
  std::string& field = unquoted_.emplace_back();
  ++position_;
  for (;;) {
    const auto quote = text_.find('"', position_);
    if (quote == std::string_view::npos) {
      return error("a quoted field does not end; close it with \"");
    }
    const auto piece = text_.substr(position_, quote - position_);
    line_ += static_cast<std::size_t>(std::ranges::count(piece, '\n'));
    field += piece;
    position_ = quote + 1;
    if (at_end() || text_[position_] != '"') {
      skip_blanks();
      return field;
    }
    field += '"';
    ++position_;
  }
}

Result<std::string_view> Reader::read_plain() {
  auto end = position_;
  while (end < text_.size() && text_[end] != ',' && text_[end] != '\n' && text_[end] != '"') {
    ++end;
  }
  if (end < text_.size() && text_[end] == '"') {
    return error(
        "a quote inside a field that does not begin with one; quote the whole field and double the "
        "inner quote");
  }
  const auto field = text_.substr(position_, end - position_);
  position_ = end;
  return field;  // a carriage return before the line end goes with trim()
}

// Blanks around a field, also around its quotes, mean nothing.
void Reader::skip_blanks() {
  position_ = std::min(text_.find_first_not_of(" \t", position_), text_.size());
}

bool Reader::take_line_end() {
  const auto rest = text_.substr(position_);
  const std::size_t length = rest.starts_with('\n') ? 1 : rest.starts_with("\r\n") ? 2 : 0;
  position_ += length;
  line_ += length > 0 ? 1 : 0;
  return length > 0;
}

std::unexpected<Error> Reader::error(std::string_view what) const {
  return invalid(std::format("{}:{}: {}", file_, line_, what));
}

}  // namespace drover::carbon::csv
