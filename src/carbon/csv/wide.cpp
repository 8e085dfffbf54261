// Wide files: `datetime_utc`, then one column per zone, a row per hour, a blank field for an
// unknown hour. The scope is said by the caller, or by a word of the file name: direct_2021_us.csv,
// DE_lifecycle_emissions.csv.
#include <format>
#include <ranges>
#include <set>

#include "base/text.h"
#include "carbon/csv/columns.h"
#include "carbon/csv/fields.h"
#include "carbon/csv/formats.h"
#include "carbon/given.h"

namespace drover::carbon::csv {
namespace {

constexpr std::string_view kTimeHeader = "datetime_utc";

// Which column goes where; a zone that is not asked for has no target.
struct Target {
  Column* column = nullptr;
  std::size_t field = 0;
  Point point;  // of the row at hand
};

Result<> check_header(const Input& input) {
  std::set<std::string_view> seen;
  for (const std::string& zone : input.header | std::views::drop(1)) {
    if (!is_zone_name(zone)) {
      return invalid(std::format(
          "{}:1: column {} has no zone id for a name; use letters, digits, '-', '_' and '.'",
          input.file, shown(zone)));
    }
    if (!seen.insert(zone).second) {
      return invalid(std::format("{}:1: zone {} has two columns; remove one", input.file, zone));
    }
  }
  return {};
}

Result<std::vector<Target>> choose_targets(const Input& input, Columns& columns, Scope scope,
                                           Basis basis) {
  std::vector<Target> targets;
  for (std::size_t field = 1; field < input.header.size(); ++field) {
    const ZoneId zone{input.header[field]};
    if (!input.options.zone || *input.options.zone == zone) {
      targets.push_back(
          {.column = &columns.column({.zone = zone, .scope = scope, .basis = basis, .source = {}}),
           .field = field,
           .point = {}});
    }
  }
  if (targets.empty()) {
    const std::vector<std::string_view> known(input.header.begin() + 1, input.header.end());
    return not_found(std::format("{}:1: no column for zone {}{}", input.file, *input.options.zone,
                                 suggest(input.options.zone->str(), known)));
  }
  return targets;
}

// All fields are checked before one of them is added.
Result<> add_row(const Input& input, const Record& record, std::vector<Target>& targets,
                 CsvContent& content) {
  const auto time = parse_time(record.fields[0]);
  if (!time) {
    return at_place(input, record.line, input.header[0], time.error());
  }
  bool duplicate = false;
  for (Target& target : targets) {
    const auto value = parse_intensity(record.fields[target.field]);
    if (!value) {
      return at_place(input, record.line, input.header[target.field], value.error());
    }
    target.point = {.at = *time, .value = *value, .line = record.line};
    const auto repeated = target.column->check(target.point, input.options.prefer_last);
    if (!repeated) {
      return at_place(input, record.line, input.header[target.field], repeated.error());
    }
    duplicate = *repeated;
  }
  for (const Target& target : targets) {
    target.column->add(target.point);
  }
  content.duplicates += duplicate ? 1 : 0;
  return {};
}

}  // namespace

bool is_wide(std::span<const std::string> names) {
  return names.size() > 1 && names[0] == kTimeHeader;
}

Result<CsvContent> parse_wide(Input& input) {
  const auto scope = check_header(input).and_then([&] { return scope_of_file(input); });
  if (!scope) {
    return std::unexpected(scope.error());
  }
  Columns columns(input.file, input.options);
  auto targets =
      choose_targets(input, columns, *scope, input.options.basis.value_or(Basis::kUnstated));
  if (!targets) {
    return std::unexpected(targets.error());
  }
  CsvContent content;
  return each_row(input, content,
                  [&](const Record& record) { return add_row(input, record, *targets, content); })
      .and_then([&] { return columns.finish("csv", content); })
      .transform([&] { return std::move(content); });
}

}  // namespace drover::carbon::csv
