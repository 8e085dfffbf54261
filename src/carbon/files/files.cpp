#include "carbon/files/files.h"

#include <algorithm>
#include <format>
#include <utility>

#include "carbon/csv/import.h"
#include "carbon/files/documents.h"
#include "carbon/points.h"
#include "carbon/synthetic.h"
#include "carbon/wire/entsoe.h"
#include "carbon/wire/unzip.h"
#include "os/file.h"

namespace drover::carbon {
namespace {

constexpr Bytes kLargest{1LL << 30};

std::string known_formats() {
  std::string known = "XML or zipped XML of ENTSO-E (A75, generation per type)";
  for (const auto summary : known_json_formats()) {
    known += std::format("; JSON of {}", summary);
  }
  for (const auto summary : known_csv_formats()) {
    known += std::format("; CSV: {}", summary);
  }
  return known;
}

// Where the first character that is no blank stands, behind a byte order mark.
std::string_view begin_of(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

// Bytes of this kind are in no text.
bool is_binary(std::string_view text) {
  constexpr std::size_t kLooked = 512;
  return text.substr(0, kLooked).contains('\0');
}

std::int64_t count_gaps(const std::vector<Series>& all) {
  std::int64_t gaps = 0;
  for (const Series& series : all) {
    gaps += std::ranges::count(series.values, std::optional<Intensity>{});
  }
  return gaps;
}

wire::WireOptions wire_options(const std::string& name, const FileOptions& options) {
  return {.document = name,
          .zone = options.zone,
          .scope = options.scope,
          .issued = options.issued,
          .source = options.source,
          .kind = options.kind,
          .basis = options.basis,
          .clip_forecasts = true};
}

// The label of made data is never lost, whatever the caller or the file says.
void keep_synthetic_label(Series& series) {
  if (is_synthetic(series.zone)) {
    series.source = kSyntheticSource;
  }
}

FileContent from_answer(std::string_view format, wire::Answer answer) {
  FileContent content;
  content.format = format;
  for (const Series& series : answer.series) {
    content.estimated += std::ranges::count(series.estimated, true);
  }
  content.series = std::move(answer.series);
  content.forecasts = std::move(answer.forecasts);
  std::ranges::for_each(content.series, keep_synthetic_label);
  for (ProviderForecast& forecast : content.forecasts) {
    keep_synthetic_label(forecast.values);
  }
  content.nulls = count_gaps(content.series);
  content.duplicates = answer.repeated;
  content.clipped = answer.clipped;
  content.undated = answer.undated;
  return content;
}

FileContent from_csv(CsvContent csv) {
  FileContent content;
  content.format = csv.format;
  content.series = std::move(csv.series);
  content.forecasts = std::move(csv.forecasts);
  content.nulls = count_gaps(content.series);
  content.duplicates = csv.duplicates;
  content.estimated = csv.estimated;
  content.clipped = csv.clipped;
  content.blank_issues = csv.blank_issues;
  content.skipped = csv.skipped;
  content.skipped_lines = std::move(csv.skipped_lines);
  return content;
}

// Means over `step`; nothing when no whole step is known.
Result<std::optional<Series>> stepped(const Series& series, Duration step) {
  if (series.step >= step) {
    return series;
  }
  return coarsened(series, step).transform([](Series coarse) -> std::optional<Series> {
    return std::ranges::any_of(coarse.values, &std::optional<Intensity>::has_value)
               ? std::optional(std::move(coarse))
               : std::nullopt;
  });
}

Result<FileContent> in_steps(FileContent content, const std::string& name, Duration step) {
  FileContent out = content;
  out.series.clear();
  out.forecasts.clear();
  for (const Series& one : content.series) {
    auto series = stepped(one, step);
    if (!series) {
      return std::unexpected(doing(name)(series.error()));
    }
    if (*series) {
      out.series.push_back(**std::move(series));
    }
  }
  for (const ProviderForecast& one : content.forecasts) {
    auto values = stepped(one.values, step);
    if (!values) {
      return std::unexpected(doing(name)(values.error()));
    }
    if (*values) {
      out.forecasts.push_back({.issued = one.issued, .values = **std::move(values)});
    }
  }
  if (out.series.empty() && out.forecasts.empty()) {
    return not_found(std::format("{}: no whole step of {} is known", name,
                                 std::chrono::duration_cast<std::chrono::minutes>(step)));
  }
  out.nulls = count_gaps(out.series);
  return out;
}

Result<FileContent> parse_csv(std::string_view text, const std::string& name,
                              const FileOptions& options) {
  const CsvOptions csv = {.scope = options.scope,
                          .zone = options.zone,
                          .source = options.source,
                          .prefer_last = options.prefer_last,
                          .basis = options.basis,
                          .skip_bad = options.skip_bad};
  return parse_carbon_csv(text, name, csv).transform(from_csv);
}

Result<FileContent> parse_known(std::string_view text, const std::string& name,
                                const FileOptions& options) {
  const std::string_view begin = begin_of(text);
  if (begin.empty()) {
    return invalid(std::format("{}: the file is empty", name));
  }
  if (begin.starts_with('<') || wire::is_zip(text)) {
    return wire::parse_entsoe(text, wire_options(name, options)).transform([](wire::Answer answer) {
      return from_answer("entsoe", std::move(answer));
    });
  }
  if (begin.starts_with('{') || begin.starts_with('[')) {
    return parse_json_document(text, wire_options(name, options))
        .transform([](DocumentContent document) {
          return from_answer(document.format, std::move(document.answer));
        });
  }
  if (is_binary(text) && !text.starts_with("\xFF\xFE") && !text.starts_with("\xFE\xFF")) {
    return invalid(std::format("{}: the file is no text; known: {}", name, known_formats()));
  }
  return parse_csv(text, name, options);
}

}  // namespace

Result<FileContent> parse_carbon_file(std::string_view text, const std::string& name,
                                      const FileOptions& options) {
  return parse_known(text, name, options).and_then([&](FileContent content) {
    return options.step ? in_steps(std::move(content), name, *options.step)
                        : Result<FileContent>(std::move(content));
  });
}

Result<FileContent> read_carbon_file(const std::string& path, const FileOptions& options) {
  return os::read_file(path, kLargest).and_then([&](const std::string& text) {
    return parse_carbon_file(text, path, options);
  });
}

}  // namespace drover::carbon
