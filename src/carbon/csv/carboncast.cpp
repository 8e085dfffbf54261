// CarbonCast files: one region and one scope each, both named by the file only
// ("CISO_direct_emissions.csv"); an unnamed index column, `UTC time`, `carbon_intensity`, and the
// sources in MW, which are not needed. Made of the generation inside the region.
#include <algorithm>
#include <filesystem>
#include <format>

#include "carbon/csv/columns.h"
#include "carbon/csv/fields.h"
#include "carbon/csv/formats.h"
#include "carbon/given.h"

namespace drover::carbon::csv {
namespace {

constexpr std::string_view kTime = "utc time";
constexpr std::string_view kIntensity = "carbon_intensity";

struct Layout {
  std::size_t time = 0;
  std::size_t intensity = 0;
};

// The caller's, or what stands before the scope in the file's name.
Result<ZoneId> zone_of(const Input& input) {
  if (input.options.zone) {
    return *input.options.zone;
  }
  const std::string name = std::filesystem::path(input.file).filename().string();
  const std::string lower = normalized(name);
  for (const std::string_view scope : {"_direct_emissions", "_lifecycle_emissions"}) {
    const auto end = lower.size() == name.size() ? lower.find(scope) : std::string::npos;
    if (end != std::string::npos && is_zone_name(name.substr(0, end))) {
      return ZoneId{name.substr(0, end)};
    }
  }
  return invalid(std::format(
      "{}: neither the file nor its name ('REGION_direct_emissions.csv') says the zone; say --zone",
      input.file));
}

Result<Layout> find_layout(const Input& input) {
  return find_column(input, kTime).and_then([&](std::optional<std::size_t> time) {
    return find_column(input, kIntensity).transform([&](std::optional<std::size_t> intensity) {
      return Layout{.time = *time, .intensity = *intensity};
    });
  });
}

Result<> add_row(const Input& input, const Layout& layout, const Record& record, Column& column,
                 CsvContent& content) {
  const auto time = parse_time_or_us(record.fields[layout.time]);
  if (!time) {
    return at_place(input, record.line, input.header[layout.time], time.error());
  }
  const auto value = parse_intensity(record.fields[layout.intensity]);
  if (!value) {
    return at_place(input, record.line, input.header[layout.intensity], value.error());
  }
  const Point point = {.at = *time, .value = *value, .line = record.line};
  const auto repeated = column.check(point, input.options.prefer_last);
  if (!repeated) {
    return at_place(input, record.line, input.header[layout.intensity], repeated.error());
  }
  column.add(point);
  content.duplicates += *repeated ? 1 : 0;
  return {};
}

}  // namespace

bool is_carboncast(std::span<const std::string> names) {
  return std::ranges::contains(names, kTime) && std::ranges::contains(names, kIntensity);
}

Result<CsvContent> parse_carboncast(Input& input) {
  Quantity quantity;
  const auto layout = zone_of(input)
                          .and_then([&](const ZoneId& zone) {
                            quantity.zone = zone;
                            return scope_of_file(input);
                          })
                          .and_then([&](Scope scope) {
                            quantity.scope = scope;
                            return basis_of(input, Basis::kProduction);
                          })
                          .and_then([&](Basis basis) {
                            quantity.basis = basis;
                            return find_layout(input);
                          });
  if (!layout) {
    return std::unexpected(layout.error());
  }
  Columns columns(input.file, input.options);
  CsvContent content;
  return each_row(input, content,
                  [&](const Record& record) {
                    return add_row(input, *layout, record, columns.column(quantity), content);
                  })
      .and_then([&] { return columns.finish("carboncast", content); })
      .transform([&] { return std::move(content); });
}

}  // namespace drover::carbon::csv
