#include "carbon/csv/import.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <format>
#include <ranges>
#include <set>
#include <utility>

#include "carbon/csv/fields.h"
#include "carbon/csv/formats.h"
#include "carbon/given.h"
#include "os/file.h"

namespace drover::carbon {
namespace csv {
namespace {

constexpr std::array kFormats = {
    Format{.name = "wide",
           .summary = "'datetime_utc' and one column per zone",
           .matches = is_wide,
           .parse = parse_wide},
    Format{.name = "forecast-blocks",
           .summary = "forecasts in blocks of 96 rows ('Datetime (UTC),Carbon Intensity Forecast')",
           .matches = is_forecast_blocks,
           .parse = parse_forecast_blocks},
    Format{.name = "electricitymaps",
           .summary = "Electricity Maps ('Datetime (UTC)' and 'Carbon intensity gCO2eq/kWh "
                      "(direct)' or '(Life cycle)', or "
                      "'datetime' and 'carbon_intensity_avg')",
           .matches = is_electricity_maps,
           .parse = parse_electricity_maps},
    Format{.name = "carboncast",
           .summary = "CarbonCast ('UTC time', 'carbon_intensity' and sources in MW)",
           .matches = is_carboncast,
           .parse = parse_carboncast},
    Format{.name = "drover",
           .summary = "drover's own ('start,zone,ci,kind,scope,basis,estimated,imputed,source')",
           .matches = is_own,
           .parse = parse_own},
    Format{.name = "forecast-rows",
           .summary = "forecasts, one row per issue ('issue_date_utc,h0,h1,...')",
           .matches = is_forecast_rows,
           .parse = parse_forecast_rows},
};

Result<> check_width(const Input& input, const Record& record) {
  if (record.fields.size() == input.header.size()) {
    return {};
  }
  return invalid(
      std::format("{}:{}: the row has {} fields and the header {}; nothing of the file is "
                  "imported; correct the "
                  "row, or leave bad rows out (--skip-bad)",
                  input.file, record.line, record.fields.size(), input.header.size()));
}

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
  error.what = std::format("{}:{}, {}", input.file, line,
                           printable(std::format("column {}: {}", column, error.what)));
  return std::unexpected(std::move(error));
}

void note_skipped(CsvContent& content, std::size_t line, std::string reason) {
  ++content.skipped;
  if (content.skipped_lines.size() < kMaxListed) {
    content.skipped_lines.push_back({.line = line, .reason = std::move(reason)});
  }
}

Result<> each_row(Input& input, CsvContent& content,
                  const std::function<Result<>(const Record&)>& add) {
  Record record;
  for (;;) {
    const auto row = input.rows.next(record);
    if (row && !*row) {
      return {};
    }
    auto taken = row ? check_width(input, record) : Result<>(std::unexpected(row.error()));
    if (taken) {
      taken = add(record);
    }
    if (!taken) {
      if (!input.options.skip_bad) {
        return taken;
      }
      note_skipped(content, record.line, std::move(taken.error().what));
      if (!row) {
        input.rows.recover();
      }
    }
  }
}

Result<Scope> scope_of_file(const Input& input) {
  if (input.options.scope) {
    return *input.options.scope;
  }
  const std::string name = normalized(std::filesystem::path(input.file).stem().string());
  std::set<Scope> found;
  for (const auto word : std::views::split(name, '_')) {
    if (const auto scope = parse_scope(std::string_view(word))) {
      found.insert(*scope);
    }
  }
  if (found.size() != 1) {
    return invalid(std::format(
        "{}: neither the header nor the file name says whether this is direct or lifecycle carbon "
        "intensity; say --scope direct or --scope lifecycle",
        input.file));
  }
  return *found.begin();
}

Result<std::optional<std::size_t>> find_column(const Input& input, std::string_view name) {
  const auto found = std::ranges::find(input.names, name);
  if (found == input.names.end()) {
    return std::nullopt;
  }
  if (std::find(found + 1, input.names.end(), name) != input.names.end()) {
    return invalid(std::format("{}:1: two columns are named {}; remove one", input.file, name));
  }
  return static_cast<std::size_t>(found - input.names.begin());
}

Result<Basis> basis_of(const Input& input, Basis format) {
  const Basis wanted = input.options.basis.value_or(format);
  if (format != Basis::kUnstated && wanted != format) {
    return invalid(std::format("{}: the values are {}-based, not {}; leave --basis out", input.file,
                               to_string(format), to_string(wanted)));
  }
  return wanted;
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

std::vector<std::string_view> known_csv_formats() {
  std::vector<std::string_view> all;
  all.reserve(csv::kFormats.size());
  for (const auto& format : csv::kFormats) {
    all.push_back(format.summary);
  }
  return all;
}

}  // namespace drover::carbon
