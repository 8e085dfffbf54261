// The kinds of file that are known, in one table; the header tells which one it is.
#pragma once

#include <functional>
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

bool is_carboncast(std::span<const std::string> names);
Result<CsvContent> parse_carboncast(Input& input);

bool is_own(std::span<const std::string> names);
Result<CsvContent> parse_own(Input& input);

bool is_forecast_rows(std::span<const std::string> names);
Result<CsvContent> parse_forecast_rows(Input& input);

bool is_forecast_blocks(std::span<const std::string> names);
Result<CsvContent> parse_forecast_blocks(Input& input);

// "file:line, column NAME: " before the text of an error.
std::unexpected<Error> at_place(const Input& input, std::size_t line, std::string_view column,
                                Error error);

// Hands every row, checked to have as many fields as the header, to `add`. A bad row ends it, or
// with skip_bad is noted in `content` and left out: `add` takes a row whole or not at all.
Result<> each_row(Input& input, CsvContent& content,
                  const std::function<Result<>(const Record&)>& add);

void note_skipped(CsvContent& content, std::size_t line, std::string reason);

// The caller's, else the one word of the file's name that is a scope ("direct_2021_us.csv").
Result<Scope> scope_of_file(const Input& input);

// Where in the header the column of that normalized name is; kInvalid when it is there twice.
Result<std::optional<std::size_t>> find_column(const Input& input, std::string_view name);

// What the format says, or the caller where it says nothing; kInvalid when they contradict.
Result<Basis> basis_of(const Input& input, Basis format);

}  // namespace drover::carbon::csv
