#include "carbon/csv/import.h"

#include <algorithm>
#include <array>
#include <format>
#include <utility>

#include "carbon/csv/fields.h"
#include "carbon/csv/formats.h"
#include "os/file.h"

namespace drover::carbon {
namespace csv {
namespace {

constexpr std::array kFormats = {
    Format{.name = "wide",
           .summary = "'datetime_utc' and one column per zone",
           .matches = is_wide,
           .parse = parse_wide},
    Format{.name = "electricitymaps",
           .summary = "Electricity Maps ('Datetime (UTC)' and 'Carbon intensity gCO2eq/kWh "
                      "(direct)' or '(Life cycle)', or "
                      "'datetime' and 'carbon_intensity_avg')",
           .matches = is_electricity_maps,
           .parse = parse_electricity_maps},
};

std::unexpected<Error> unknown_header(const Input& input) {
  std::string header;
  for (const auto& name : input.header) {
    header += (header.empty() ? "" : ",") + name;
  }
  std::string known;
  for (const auto& format : kFormats) {
    known += std::format("{}{}", known.empty() ? "" : "; ", format.summary);
  }
  return invalid(std::format("{}:1: no known carbon data has the header {}; known: {}", input.file,
                             shown(header), known));
}

Result<std::string_view> check_encoding(std::string_view text, const std::string& file) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return invalid(std::format("{}: the file is UTF-16; save it as UTF-8", file));
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  return text;
}

Result<CsvContent> parse(std::string_view text, const std::string& file,
                         const CsvOptions& options) {
  Reader reader(text, file);
  Record record;
  const auto header = reader.next(record);
  if (!header) {
    return std::unexpected(header.error());
  }
  if (!*header) {
    return invalid(std::format("{}: the file is empty", file));
  }
  Input input = {.file = file, .header = {}, .names = {}, .rows = reader, .options = options};
  for (const auto field : record.fields) {
    input.header.emplace_back(field);
    input.names.push_back(normalized(field));
  }
  const auto format =
      std::ranges::find_if(kFormats, [&](const Format& one) { return one.matches(input.names); });
  if (format == kFormats.end()) {
    return unknown_header(input);
  }
  return format->parse(input).transform([&](CsvContent content) {
    content.format = format->name;
    return content;
  });
}

}  // namespace

std::unexpected<Error> at_place(const Input& input, std::size_t line, std::string_view column,
                                Error error) {
  error.what = std::format("{}:{}, column {}: {}", input.file, line, column, error.what);
  return std::unexpected(std::move(error));
}

Result<bool> next_row(Input& input, Record& record) {
  auto row = input.rows.next(record);
  if (row && *row && record.fields.size() != input.header.size()) {
    return invalid(
        std::format("{}:{}: the row has {} fields and the header {}; nothing of the file is "
                    "imported; correct the row",
                    input.file, record.line, record.fields.size(), input.header.size()));
  }
  return row;
}

}  // namespace csv

Result<CsvContent> parse_carbon_csv(std::string_view text, const std::string& file,
                                    const CsvOptions& options) {
  return csv::check_encoding(text, file).and_then([&](std::string_view content) {
    return csv::parse(content, file, options);
  });
}

Result<CsvContent> read_carbon_csv(const std::string& path, const CsvOptions& options) {
  return os::read_file(path, Bytes{1LL << 30}).and_then([&](const std::string& text) {
    return parse_carbon_csv(text, path, options);
  });
}

}  // namespace drover::carbon
