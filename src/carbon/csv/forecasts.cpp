#include "carbon/csv/forecasts.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <format>
#include <map>
#include <utility>

#include "carbon/csv/fields.h"
#include "carbon/csv/formats.h"
#include "carbon/given.h"
#include "carbon/synthetic.h"

namespace drover::carbon::csv {
namespace {

constexpr std::string_view kIssue = "issue_date_utc";
constexpr std::string_view kBlockTime = "datetime (utc)";
constexpr std::string_view kBlockValue = "carbon intensity forecast";
constexpr std::size_t kBlockRows = 96;
constexpr Duration kStep = std::chrono::hours{1};

struct Issue {
  std::vector<std::optional<Intensity>> values;
  std::size_t line = 0;
};

// The issues of a file, and what all of them share.
struct Issues {
  Series like;
  std::map<Instant, Issue> by_time;
};

Result<ZoneId> zone_of(const Input& input) {
  if (input.options.zone) {
    return *input.options.zone;
  }
  const std::string name = std::filesystem::path(input.file).stem().string();
  if (is_zone_name(name)) {
    return ZoneId{name};
  }
  return invalid(std::format("{}: neither the header nor the file name says the zone; say --zone",
                             input.file));
}

Result<Issues> start(const Input& input) {
  return zone_of(input).and_then([&](const ZoneId& zone) {
    return scope_of_file(input).transform([&](Scope scope) {
      Issues issues;
      issues.like.zone = zone;
      issues.like.scope = scope;
      issues.like.basis = input.options.basis.value_or(Basis::kUnstated);
      issues.like.source = is_synthetic(zone)             ? kSyntheticSource
                           : input.options.source.empty() ? "csv"
                                                          : input.options.source;
      return issues;
    });
  });
}

// Models that know no physics forecast less than nothing now and then.
Result<std::optional<Intensity>> parse_expected(std::string_view text, std::int64_t& clipped) {
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status == std::errc{} && end == text.data() + text.size() && std::isfinite(value) &&
      value < 0) {
    ++clipped;
    return Intensity{};
  }
  return parse_intensity(text);
}

Result<> add_issue(const Input& input, Instant issued, Issue issue, Issues& issues) {
  const auto [known, inserted] = issues.by_time.try_emplace(issued, issue);
  if (inserted || known->second.values == issue.values) {
    return {};
  }
  if (!input.options.prefer_last) {
    return invalid(
        std::format("{}:{}: the forecast issued at {} contradicts that of line {}; remove one of "
                    "them, or prefer the last (--prefer-last)",
                    input.file, issue.line, format_time(issued), known->second.line));
  }
  known->second = std::move(issue);
  return {};
}

Result<CsvContent> finish(const Input& input, Issues issues, CsvContent content) {
  for (auto& [issued, issue] : issues.by_time) {
    if (std::ranges::none_of(issue.values, [](const auto& value) { return value.has_value(); })) {
      ++content.blank_issues;
      continue;
    }
    ProviderForecast& forecast = content.forecasts.emplace_back();
    forecast.issued = issued;
    forecast.values = issues.like;
    forecast.values.start = issued;
    forecast.values.step = kStep;
    forecast.values.values = std::move(issue.values);
  }
  if (content.forecasts.empty()) {
    return invalid(std::format("{}: a header without forecasts", input.file));
  }
  return content;
}

Result<> add_row(const Input& input, const Record& record, Issues& issues, CsvContent& content) {
  const auto issued = parse_time(record.fields[0]);
  if (!issued) {
    return at_place(input, record.line, input.header[0], issued.error());
  }
  Issue issue = {.values = {}, .line = record.line};
  issue.values.reserve(record.fields.size());
  std::int64_t clipped = 0;
  for (std::size_t field = 1; field < record.fields.size(); ++field) {
    const auto value = parse_expected(record.fields[field], clipped);
    if (!value) {
      return at_place(input, record.line, input.header[field], value.error());
    }
    issue.values.push_back(*value);
  }
  const auto before = issues.by_time.size();
  return add_issue(input, *issued, std::move(issue), issues).transform([&] {
    const bool added = issues.by_time.size() > before;
    content.clipped += added ? clipped : 0;
    content.duplicates += added ? 0 : 1;
  });
}

// One file of blocks in the making. Rows count even when they are left out, as the place in its
// block is all that tells a row's lead.
struct Blocks {
  std::size_t time = 0;
  std::size_t value = 0;
  std::size_t rows = 0;
  std::optional<Instant> issued;  // of the block at hand, once a row of it was understood
  Issue issue;
};

struct BlockRow {
  Instant at;
  std::optional<Intensity> value;
};

Result<BlockRow> read_block_row(const Input& input, const Blocks& blocks, const Record& record,
                                CsvContent& content) {
  const auto time = parse_time(record.fields[blocks.time]);
  if (!time) {
    return at_place(input, record.line, input.header[blocks.time], time.error());
  }
  const auto value = parse_expected(record.fields[blocks.value], content.clipped);
  if (!value) {
    return at_place(input, record.line, input.header[blocks.value], value.error());
  }
  return BlockRow{.at = *time, .value = *value};
}

Result<> end_block(const Input& input, Blocks& blocks, Issues& issues) {
  blocks.rows = 0;
  const auto issued = std::exchange(blocks.issued, std::nullopt);
  return issued ? add_issue(input, *issued, std::exchange(blocks.issue, {}), issues) : Result<>{};
}

// Where a row stands in time is what makes the blocks: one that is elsewhere is no bad line, but
// another file than it was taken for.
std::optional<std::string> add_to_block(const Input& input, Blocks& blocks, const Record& record,
                                        const BlockRow& row) {
  const auto lead = blocks.rows;
  const Instant issued = row.at - kStep * static_cast<Duration::rep>(lead);
  if (!blocks.issued) {
    blocks.issued = issued;
    blocks.issue = {.values = std::vector<std::optional<Intensity>>(kBlockRows),
                    .line = record.line};
  }
  if (*blocks.issued != issued) {
    return std::format(
        "{}:{}: {} is row {} of a forecast from {} on; forecasts must be blocks of "
        "{} hourly rows",
        input.file, record.line, format_time(row.at), lead + 1, format_time(*blocks.issued),
        kBlockRows);
  }
  blocks.issue.values[lead] = row.value;
  return std::nullopt;
}

Result<> add_blocks(Input& input, Blocks& blocks, Issues& issues, CsvContent& content) {
  std::optional<std::string> broken;
  std::size_t seen = 0;
  const auto add = [&](const Record& record) -> Result<> {
    seen = record.line;
    if (broken) {
      return {};
    }
    const auto row = read_block_row(input, blocks, record, content);
    if (row) {
      broken = add_to_block(input, blocks, record, *row);
    }
    if (++blocks.rows == kBlockRows && !broken) {
      if (auto ended = end_block(input, blocks, issues); !ended) {
        return ended;
      }
    }
    return row ? Result<>{} : std::unexpected(row.error());
  };
  auto added = each_row(input, content, add);
  if (added && broken) {
    return invalid(*broken);
  }
  if (added && blocks.rows > 0) {
    return invalid(std::format("{}:{}: the last forecast has {} rows of {}", input.file, seen,
                               blocks.rows, kBlockRows));
  }
  return added;
}

}  // namespace

bool is_forecast_rows(std::span<const std::string> names) {
  return names.size() > 1 && names[0] == kIssue;
}

Result<CsvContent> parse_forecast_rows(Input& input) {
  for (std::size_t i = 1; i < input.names.size(); ++i) {
    if (input.names[i] != std::format("h{}", i - 1)) {
      return invalid(
          std::format("{}:1: column {} should be h{}, the hours after the issue in order",
                      input.file, shown(input.header[i]), i - 1));
    }
  }
  auto issues = start(input);
  if (!issues) {
    return std::unexpected(issues.error());
  }
  CsvContent content;
  return each_row(input, content,
                  [&](const Record& record) { return add_row(input, record, *issues, content); })
      .and_then([&] { return finish(input, *std::move(issues), std::move(content)); });
}

bool is_forecast_blocks(std::span<const std::string> names) {
  return std::ranges::contains(names, kBlockTime) && std::ranges::contains(names, kBlockValue);
}

Result<CsvContent> parse_forecast_blocks(Input& input) {
  const auto time = find_column(input, kBlockTime);
  const auto value = find_column(input, kBlockValue);
  if (!time || !value) {
    return std::unexpected(time ? value.error() : time.error());
  }
  auto issues = start(input);
  if (!issues) {
    return std::unexpected(issues.error());
  }
  CsvContent content;
  Blocks blocks = {.time = **time, .value = **value, .issued = {}, .issue = {}};
  return add_blocks(input, blocks, *issues, content).and_then([&] {
    return finish(input, *std::move(issues), std::move(content));
  });
}

}  // namespace drover::carbon::csv

namespace drover::carbon {

Result<std::vector<ProviderForecast>> read_foreign_forecasts(const std::string& path,
                                                             const CsvOptions& options) {
  return read_carbon_csv(path, options)
      .and_then([&](CsvContent content) -> Result<std::vector<ProviderForecast>> {
        if (content.forecasts.empty()) {
          return invalid(std::format("{}: the file holds measured values, no forecasts", path));
        }
        return std::move(content.forecasts);
      });
}

}  // namespace drover::carbon
