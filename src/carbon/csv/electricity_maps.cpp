// Electricity Maps files, one row per zone and hour, both scopes in one row. Four kinds of header,
// told apart by names:
//
// A, releases of 2021 to 2023: "Datetime (UTC)", "Zone Id", "Data Estimated" and
//    "Carbon Intensity gCO2eq/kWh (direct)", the same with "(LCA)".
// B, releases from 2024 on: as A, with "(Life cycle)" and other letter case.
// C, bulk files: "datetime", "source", "carbon_intensity_avg" (lifecycle) and
//    "carbon_intensity_direct_avg".
// D, exports of A and B made again: plain "CO2", columns left out or in another order.
#include <algorithm>
#include <format>
#include <optional>

#include "base/text.h"
#include "carbon/csv/columns.h"
#include "carbon/csv/fields.h"
#include "carbon/csv/formats.h"
#include "carbon/given.h"

namespace drover::carbon::csv {
namespace {

constexpr std::string_view kQuantity = "carbon intensity";

struct Layout {
  std::optional<std::size_t> time;
  std::optional<std::size_t> zone;
  std::optional<std::size_t> estimated;
  std::optional<std::size_t> direct;
  std::optional<std::size_t> lifecycle;
};

bool is_bulk(std::span<const std::string> names) {
  const auto has = [&](std::string_view name) { return std::ranges::contains(names, name); };
  return has("datetime") && (has("carbon_intensity_avg") || has("carbon_intensity_direct_avg"));
}

bool is_release(std::span<const std::string> names) {
  return std::ranges::contains(names, "datetime (utc)") &&
         std::ranges::any_of(names,
                             [](const std::string& name) { return name.starts_with(kQuantity); });
}

// Which role a column plays; null for the many that are not needed.
std::optional<std::size_t>* role(Layout& layout, std::string_view name, bool bulk) {
  if (bulk) {
    return name == "datetime"                      ? &layout.time
           : name == "source"                      ? &layout.zone
           : name == "carbon_intensity_direct_avg" ? &layout.direct
           : name == "carbon_intensity_avg"        ? &layout.lifecycle
                                                   : nullptr;
  }
  const auto quantity = [&](std::string_view scope) {
    return name.starts_with(std::format("{} gco2eq/kwh ({}", kQuantity, scope));
  };
  return name == "datetime (utc)"                                             ? &layout.time
         : name == "zone id"                                                  ? &layout.zone
         : name == "data estimated"                                           ? &layout.estimated
         : quantity("direct")                                                 ? &layout.direct
         : quantity("lca") || quantity("life cycle") || quantity("lifecycle") ? &layout.lifecycle
                                                                              : nullptr;
}

Result<> check_unit(const Input& input) {
  for (std::size_t i = 0; i < input.names.size(); ++i) {
    if (input.names[i].starts_with(kQuantity) && !input.names[i].contains("gco2eq/kwh")) {
      return invalid(std::format(
          "{}:1: column {} is not a measured carbon intensity in gCO2eq/kWh; convert the file",
          input.file, shown(input.header[i])));
    }
  }
  return {};
}

// Drops the scope that is not asked for; an error when nothing is left.
Result<> choose_scope(const Input& input, Layout& layout) {
  if (input.options.scope == Scope::kDirect) {
    layout.lifecycle.reset();
  } else if (input.options.scope == Scope::kLifecycle) {
    layout.direct.reset();
  }
  if (layout.direct || layout.lifecycle) {
    return {};
  }
  return invalid(std::format(
      "{}:1: no column of {} carbon intensity in gCO2eq/kWh; choose another --scope or file",
      input.file, input.options.scope ? to_string(*input.options.scope) : "direct or lifecycle"));
}

Result<Layout> find_layout(const Input& input) {
  if (auto checked = check_unit(input); !checked) {
    return std::unexpected(checked.error());
  }
  Layout layout;
  const bool bulk = is_bulk(input.names);
  for (std::size_t i = 0; i < input.names.size(); ++i) {
    if (auto* place = role(layout, input.names[i], bulk); place != nullptr) {
      if (*place) {
        return invalid(std::format("{}:1: columns {} and {} mean the same; remove one", input.file,
                                   shown(input.header[**place]), shown(input.header[i])));
      }
      *place = i;
    }
  }
  return choose_scope(input, layout).transform([&] { return layout; });
}

// One parsed file in the making.
struct State {
  Layout layout;
  Columns columns;
  CsvContent content;
  bool bulk = false;
};

// The row's zone: from its own field, which in bulk files may instead name the data's source;
// otherwise from the caller. Absent when the row belongs to a zone that is not asked for.
Result<std::optional<ZoneId>> zone_of(const Input& input, const State& state,
                                      const Record& record) {
  const auto& wanted = input.options.zone;
  const auto text = state.layout.zone ? record.fields[*state.layout.zone] : std::string_view{};
  const bool names_zone = state.bulk ? is_provider_zone_id(text) : is_zone_name(text);
  if (names_zone) {
    const ZoneId zone{std::string(text)};
    return !wanted || *wanted == zone ? std::optional(zone) : std::nullopt;
  }
  if (wanted && (state.bulk || text.empty())) {
    return *wanted;
  }
  if (text.empty() || state.bulk) {
    return invalid(std::format("{}:{}: the row names no zone; say which it is with --zone",
                               input.file, record.line));
  }
  return at_place(input, record.line, input.header[*state.layout.zone],
                  Error{Code::kInvalid, std::format("{} is not a zone id", shown(text))});
}

// One scope of a row, checked and not yet added.
struct Cell {
  Column* column = nullptr;
  Point point;
  bool repeated = false;
};

Result<Cell> read_cell(const Input& input, State& state, const Record& record,
                       const Quantity& quantity) {
  const std::size_t field =
      quantity.scope == Scope::kDirect ? *state.layout.direct : *state.layout.lifecycle;
  const auto value = parse_intensity(record.fields[field]);
  if (!value) {
    return at_place(input, record.line, input.header[field], value.error());
  }
  const auto time = parse_time(record.fields[*state.layout.time]);
  if (!time) {
    return at_place(input, record.line, input.header[*state.layout.time], time.error());
  }
  Cell cell = {.column = &state.columns.column(quantity),
               .point = {.at = *time, .value = *value, .line = record.line}};
  const auto repeated = cell.column->check(cell.point, input.options.prefer_last);
  if (!repeated) {
    return at_place(input, record.line, input.header[field], repeated.error());
  }
  cell.repeated = *repeated;
  return cell;
}

bool is_estimated_value(const Cell& cell) { return cell.point.estimated && cell.point.value; }

Result<bool> is_estimated(const Input& input, const State& state, const Record& record) {
  if (!state.layout.estimated) {
    return false;
  }
  const auto estimated = parse_flag(record.fields[*state.layout.estimated]);
  if (!estimated) {
    return at_place(input, record.line, input.header[*state.layout.estimated], estimated.error());
  }
  return *estimated;
}

Result<std::vector<Cell>> read_cells(const Input& input, State& state, const Record& record,
                                     const ZoneId& zone) {
  const auto estimated = is_estimated(input, state, record);
  if (!estimated) {
    return std::unexpected(estimated.error());
  }
  std::vector<Cell> cells;
  for (const Scope scope : {Scope::kDirect, Scope::kLifecycle}) {
    if (scope == Scope::kDirect ? !state.layout.direct : !state.layout.lifecycle) {
      continue;
    }
    auto cell =
        read_cell(input, state, record,
                  {.zone = zone, .scope = scope, .basis = Basis::kConsumption, .source = {}});
    if (!cell) {
      return std::unexpected(cell.error());
    }
    cell->point.estimated = *estimated;
    cells.push_back(*cell);
  }
  return cells;
}

Result<> add_row(const Input& input, State& state, const Record& record) {
  const auto zone = zone_of(input, state, record);
  if (!zone) {
    return std::unexpected(zone.error());
  }
  if (!*zone) {
    return {};
  }
  return read_cells(input, state, record, **zone).transform([&](const std::vector<Cell>& cells) {
    for (const Cell& cell : cells) {
      cell.column->add(cell.point);
    }
    const bool duplicate = cells.back().repeated;
    state.content.duplicates += duplicate ? 1 : 0;
    state.content.estimated += !duplicate && std::ranges::any_of(cells, is_estimated_value) ? 1 : 0;
  });
}

}  // namespace

bool is_electricity_maps(std::span<const std::string> names) {
  return is_bulk(names) || is_release(names);
}

Result<CsvContent> parse_electricity_maps(Input& input) {
  const auto layout =
      basis_of(input, Basis::kConsumption).and_then([&](Basis) { return find_layout(input); });
  if (!layout) {
    return std::unexpected(layout.error());
  }
  State state = {.layout = *layout,
                 .columns = Columns(input.file, input.options),
                 .content = {},
                 .bulk = is_bulk(input.names)};
  return each_row(input, state.content,
                  [&](const Record& record) { return add_row(input, state, record); })
      .and_then([&] { return state.columns.finish("electricitymaps", state.content); })
      .transform([&] { return std::move(state.content); });
}

}  // namespace drover::carbon::csv
