#include "carbon/csv/own.h"

#include <algorithm>
#include <array>
#include <format>
#include <iterator>

#include "carbon/csv/columns.h"
#include "carbon/csv/fields.h"
#include "carbon/csv/formats.h"
#include "carbon/given.h"

namespace drover::carbon {
namespace csv {
namespace {

enum Place { kStart, kZone, kCi, kKind, kScope, kBasis, kEstimated, kImputed, kSource, kPlaces };
constexpr std::array<std::string_view, kPlaces> kNames = {
    "start", "zone", "ci", "kind", "scope", "basis", "estimated", "imputed", "source"};

// Where each column is; the last four may be missing.
using Layout = std::array<std::optional<std::size_t>, kPlaces>;

struct Row {
  Quantity quantity;
  Point point;
};

class Fields {
 public:
  Fields(const Input& input, const Layout& layout, const Record& record)
      : input_(input), layout_(layout), record_(record) {}

  [[nodiscard]] std::string_view text(Place place) const {
    return layout_.at(place) ? record_.fields[*layout_.at(place)] : std::string_view{};
  }
  // What `parse` makes of the field, an error with its place.
  template <class Parse, class Value>
  Result<> read(Place place, Parse parse, Value& value) const {
    auto read = parse(text(place));
    if (!read) {
      return at_place(input_, record_.line, kNames.at(place), read.error());
    }
    value = *std::move(read);
    return {};
  }

 private:
  const Input& input_;
  const Layout& layout_;
  const Record& record_;
};

Result<ZoneId> parse_zone(std::string_view text) {
  return is_zone_name(text) ? Result<ZoneId>(ZoneId{std::string(text)})
                            : invalid(std::format("{} is not a zone id", shown(text)));
}

Result<std::string> parse_source(std::string_view text) {
  constexpr std::size_t kLongest = 100;
  return text.size() <= kLongest
             ? Result<std::string>(std::string(text))
             : invalid(std::format("{} is too long for a source's name", shown(text)));
}

Result<bool> parse_not_imputed(std::string_view text) {
  return parse_flag(text).and_then([](bool imputed) -> Result<bool> {
    return imputed ? Result<bool>(invalid("the value was made up, not reported; leave it out "
                                          "(--skip-bad), so that the hour is unknown"))
                   : false;
  });
}

// "unstated" may be left blank, and so may the commonest kind.
Result<Basis> parse_basis_or_blank(std::string_view text) {
  return text.empty() ? Result<Basis>(Basis::kUnstated) : parse_basis(text);
}
Result<Kind> parse_kind_or_blank(std::string_view text) {
  return text.empty() ? Result<Kind>(Kind::kAverage) : parse_kind(text);
}

Result<Row> read_row(const Input& input, const Layout& layout, const Record& record) {
  const Fields fields(input, layout, record);
  Row row;
  bool imputed = false;
  row.point.line = record.line;
  return fields.read(kStart, parse_time, row.point.at)
      .and_then([&] { return fields.read(kZone, parse_zone, row.quantity.zone); })
      .and_then([&] { return fields.read(kCi, parse_intensity, row.point.value); })
      .and_then([&] { return fields.read(kKind, parse_kind_or_blank, row.quantity.kind); })
      .and_then([&] { return fields.read(kScope, parse_scope, row.quantity.scope); })
      .and_then([&] { return fields.read(kBasis, parse_basis_or_blank, row.quantity.basis); })
      .and_then([&] { return fields.read(kEstimated, parse_flag, row.point.estimated); })
      .and_then([&] { return fields.read(kImputed, parse_not_imputed, imputed); })
      .and_then([&] { return fields.read(kSource, parse_source, row.quantity.source); })
      .transform([&] { return row; });
}

// Rows of another zone, scope or basis than asked for are not taken: the file says all of these.
bool is_wanted(const CsvOptions& options, const Quantity& quantity) {
  return (!options.zone || *options.zone == quantity.zone) &&
         (!options.scope || *options.scope == quantity.scope) &&
         (!options.basis || *options.basis == quantity.basis);
}

Result<> add_row(const Input& input, const Layout& layout, const Record& record, Columns& columns,
                 CsvContent& content) {
  const auto row = read_row(input, layout, record);
  if (!row) {
    return std::unexpected(row.error());
  }
  if (!is_wanted(input.options, row->quantity)) {
    return {};
  }
  Column& column = columns.column(row->quantity);
  const auto repeated = column.check(row->point, input.options.prefer_last);
  if (!repeated) {
    return at_place(input, record.line, kNames[kCi], repeated.error());
  }
  column.add(row->point);
  content.duplicates += *repeated ? 1 : 0;
  content.estimated += !*repeated && row->point.estimated && row->point.value ? 1 : 0;
  return {};
}

}  // namespace

bool is_own(std::span<const std::string> names) {
  return std::ranges::all_of(std::array{kStart, kZone, kCi, kScope}, [&](Place place) {
    return std::ranges::contains(names, kNames.at(place));
  });
}

Result<CsvContent> parse_own(Input& input) {
  Layout layout;
  for (std::size_t place = 0; place < layout.size(); ++place) {
    const auto found = find_column(input, kNames.at(place));
    if (!found) {
      return std::unexpected(found.error());
    }
    layout.at(place) = *found;
  }
  Columns columns(input.file, input.options);
  CsvContent content;
  return each_row(
             input, content,
             [&](const Record& record) { return add_row(input, layout, record, columns, content); })
      .and_then([&] { return columns.finish("csv", content); })
      .transform([&] { return std::move(content); });
}

}  // namespace csv

namespace {

// As RFC 4180 quotes it, where it has to be.
std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string out = "\"";
  for (const char c : text) {
    out += c == '"' ? "\"\"" : std::string(1, c);
  }
  return out + "\"";
}

}  // namespace

std::string to_csv(const std::vector<Series>& series) {
  std::string out = "start,zone,ci,kind,scope,basis,estimated,imputed,source\n";
  for (const Series& one : series) {
    const std::string tags =
        std::format("{},{},{}", to_string(one.kind), to_string(one.scope), to_string(one.basis));
    const std::string source = quoted(one.source);
    for (std::size_t slot = 0; slot < one.values.size(); ++slot) {
      const auto& value = one.values[slot];
      std::format_to(std::back_inserter(out), "{},{},{},{},{},false,{}\n",
                     format_time(one.time_of(slot)), one.zone,
                     value ? std::format("{}", value->grams_per_kwh()) : "", tags,
                     one.is_estimated(slot) ? "true" : "false", source);
    }
  }
  return out;
}

}  // namespace drover::carbon
