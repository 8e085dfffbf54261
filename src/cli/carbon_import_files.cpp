#include "cli/carbon_import_files.h"

#include <cstdint>
#include <format>
#include <iterator>
#include <utility>

namespace drover::cli {
namespace {

using carbon::FileContent;

// Absent when the option is not given; its name before an error.
template <class Value, class Parse>
Result<> read_option(const std::string& text, const char* name, Parse parse,
                     std::optional<Value>& value) {
  if (text.empty()) {
    return {};
  }
  return parse(text).transform([&](Value read) { value = read; }).transform_error(doing(name));
}

// As in the configuration of providers.
Result<Duration> parse_step(const std::string& text) {
  for (const auto& [name, minutes] : {std::pair{"5m", 5}, {"15m", 15}, {"30m", 30}, {"1h", 60}}) {
    if (text == name) {
      return std::chrono::minutes{minutes};
    }
  }
  return invalid(std::format("'{}' is none of 5m, 15m, 30m and 1h", text));
}

Result<carbon::FileOptions> file_options(const CarbonSettings& settings) {
  carbon::FileOptions options = {.source = settings.source,
                                 .issued = {},
                                 .step = {},
                                 .prefer_last = settings.prefer_last,
                                 .skip_bad = settings.skip_bad};
  if (!settings.zone.empty()) {
    options.zone = ZoneId{settings.zone};
  }
  return read_option(settings.scope, "--scope", carbon::parse_scope, options.scope)
      .and_then([&] {
        return read_option(settings.basis, "--basis", carbon::parse_basis, options.basis);
      })
      .and_then(
          [&] { return read_option(settings.issued, "--issued", parse_time, options.issued); })
      .and_then([&] { return read_option(settings.step, "--step", parse_step, options.step); })
      .transform([&] { return options; });
}

// "3 lines left out", nothing when there is none.
struct Count {
  std::int64_t number;
  const char* one;
  const char* many;
};

std::vector<Count> counts_of(const FileContent& content) {
  return {
      {.number = content.estimated, .one = "value estimated", .many = "values estimated"},
      {.number = content.duplicates, .one = "value repeated", .many = "values repeated"},
      {.number = content.clipped,
       .one = "negative forecast set to 0",
       .many = "negative forecasts set to 0"},
      {.number = content.blank_issues,
       .one = "forecast without values left out",
       .many = "forecasts without values left out"},
      {.number = content.undated,
       .one = "forecast value left out, as nothing says when it was made (--issued)",
       .many = "forecast values left out, as nothing says when they were made (--issued)"},
      {.number = content.skipped, .one = "bad line left out", .many = "bad lines left out"},
  };
}

}  // namespace

Result<std::vector<ImportedFile>> read_import_files(const CarbonSettings& settings) {
  const auto options = file_options(settings);
  if (!options) {
    return std::unexpected(options.error());
  }
  std::vector<ImportedFile> files;
  files.reserve(settings.files.size());
  for (const std::string& name : settings.files) {
    auto content = carbon::read_carbon_file(name, *options);
    if (!content) {
      return std::unexpected(content.error());
    }
    files.push_back({.name = name, .content = *std::move(content)});
  }
  return files;
}

std::string describe(const ImportedFile& file) {
  const FileContent& content = file.content;
  std::string text =
      std::format("{}: {}, {} series", file.name, content.format, content.series.size());
  if (!content.forecasts.empty()) {
    text += std::format(", {} forecasts", content.forecasts.size());
  }
  const char* before = "; ";
  for (const Count& count : counts_of(content)) {
    if (count.number > 0) {
      text += std::format("{}{} {}", std::exchange(before, ", "), count.number,
                          count.number == 1 ? count.one : count.many);
    }
  }
  for (const carbon::SkippedLine& line : content.skipped_lines) {
    text += "\n  left out: " + line.reason;
  }
  const auto listed = static_cast<std::int64_t>(content.skipped_lines.size());
  if (content.skipped > listed) {
    text += std::format("\n  and {} more", content.skipped - listed);
  }
  return text;
}

nlohmann::ordered_json to_json(const ImportedFile& file) {
  const FileContent& content = file.content;
  auto lines = nlohmann::ordered_json::array();
  for (const carbon::SkippedLine& line : content.skipped_lines) {
    lines.push_back({{"line", line.line}, {"reason", line.reason}});
  }
  return {{"file", file.name},
          {"format", content.format},
          {"series", content.series.size()},
          {"forecasts", content.forecasts.size()},
          {"unknown", content.nulls},
          {"estimated", content.estimated},
          {"duplicates", content.duplicates},
          {"clipped", content.clipped},
          {"blank_issues", content.blank_issues},
          {"undated", content.undated},
          {"skipped", content.skipped},
          {"skipped_lines", lines}};
}

}  // namespace drover::cli
