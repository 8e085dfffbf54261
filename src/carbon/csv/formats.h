// The kinds of file that are known, in one table; the header tells which one it is.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "carbon/csv/import.h"
#include "carbon/csv/reader.h"

namespace drover::carbon::csv {

// What every kind is given: its header, as written and normalized, and the rows after it.
struct Input {
  std::string file;
  std::vector<std::string> header;
  std::vector<std::string> names;
  Reader& rows;
  const CsvOptions& options;
};

struct Format {
  std::string_view name;     // Series::source unless the caller names one
  std::string_view summary;  // for the message that lists what is accepted
  bool (*matches)(std::span<const std::string> names);
  Result<CsvContent> (*parse)(Input& input);
};

bool is_wide(std::span<const std::string> names);
Result<CsvContent> parse_wide(Input& input);

bool is_electricity_maps(std::span<const std::string> names);
Result<CsvContent> parse_electricity_maps(Input& input);

// "file:line, column NAME: " before the text of an error.
std::unexpected<Error> at_place(const Input& input, std::size_t line, std::string_view column,
                                Error error);

// The next row, checked to have as many fields as the header.
Result<bool> next_row(Input& input, Record& record);

}  // namespace drover::carbon::csv
