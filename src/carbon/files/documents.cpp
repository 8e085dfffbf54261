#include "carbon/files/documents.h"

#include <algorithm>
#include <array>
#include <format>
#include <string>
#include <utility>

#include "carbon/given.h"
#include "carbon/wire/carbon_aware.h"
#include "carbon/wire/collected.h"
#include "carbon/wire/electricity_maps.h"
#include "carbon/wire/json.h"
#include "carbon/wire/uk.h"
#include "carbon/wire/watttime.h"

namespace drover::carbon {
namespace {

using wire::Node;

bool has(const Node& node, std::string_view name) { return node.find(name).has_value(); }

// The first element of a list, or the value itself.
Node first_of(const Node& node) {
  const auto elements = node.elements();
  return elements && !elements->empty() ? elements->front() : node;
}

// {"data": [{"from", "to", "intensity"}]}, regions, or {"error": {"code", "message"}}.
bool is_uk(const Node& root) {
  if (const auto error = root.find("error"); error && has(*error, "code")) {
    return true;
  }
  const auto data = root.find("data");
  if (!data) {
    return false;
  }
  const Node first = first_of(*data);
  return has(first, "intensity") || has(first, "regions") || has(first, "regionid");
}

// [{"location", "time", "rating"}], forecasts, averages, {"Emissions": []}, or problem details.
bool is_carbon_aware(const Node& root) {
  const Node first = first_of(root);
  return has(root, "Emissions") || has(root, "emissions") || has(first, "forecastData") ||
         (has(first, "location") && (has(first, "rating") || has(first, "carbonIntensity"))) ||
         (has(root, "title") && has(root, "status"));
}

// {"zone", "history": [{"datetime", "carbonIntensity"}]} and the like, or {"error": "..."}.
bool is_electricity_maps(const Node& root) {
  constexpr std::array<std::string_view, 4> kHolders = {"carbonIntensity", "history", "forecast",
                                                        "data"};
  const auto error = root.find("error");
  return (error && error->text()) ||
         (has(root, "zone") &&
          std::ranges::any_of(kHolders, [&](std::string_view name) { return has(root, name); }));
}

// {"data": [{"point_time", "value"}], "meta": {"region", "signal_type", "units"}}.
bool is_watttime(const Node& root) {
  const auto meta = root.find("meta");
  return has(root, "data") && meta && has(*meta, "signal_type");
}

Result<wire::Answer> parse_watttime(std::string_view json, const wire::WireOptions& options) {
  return wire::parse_watttime(json, options);
}

struct Format {
  std::string_view name;
  std::string_view summary;  // for the message that lists what is accepted
  bool (*matches)(const Node& root);
  Result<wire::Answer> (*parse)(std::string_view json, const wire::WireOptions& options);
};

constexpr std::array kFormats = {
    Format{.name = wire::kElectricityMaps,
           .summary = "Electricity Maps ('zone' with 'carbonIntensity', 'history' or 'forecast')",
           .matches = is_electricity_maps,
           .parse = wire::parse_electricity_maps},
    Format{.name = wire::kWattTime,
           .summary = "WattTime ('data' with 'point_time', 'meta' with 'signal_type')",
           .matches = is_watttime,
           .parse = parse_watttime},
    Format{.name = "uk-carbon-intensity",
           .summary = "UK Carbon Intensity ('data' with 'from', 'to', 'intensity')",
           .matches = is_uk,
           .parse = wire::parse_uk_intensity},
    Format{.name = "carbon-aware-sdk",
           .summary = "Carbon Aware SDK ('location' with 'rating' or 'forecastData', 'Emissions')",
           .matches = is_carbon_aware,
           .parse = wire::parse_carbon_aware},
};

}  // namespace

Result<DocumentContent> parse_json_document(std::string_view text,
                                            const wire::WireOptions& options) {
  return Node::parse(text, options.document)
      .and_then([&](const Node& root) -> Result<DocumentContent> {
        const auto* format =
            std::ranges::find_if(kFormats, [&](const Format& one) { return one.matches(root); });
        if (format == kFormats.end()) {
          std::string names;
          for (const std::string& name : first_of(root).names()) {
            names += (names.empty() ? "" : ", ") + name;
          }
          std::string known;
          for (const auto summary : known_json_formats()) {
            known += std::format("{}{}", known.empty() ? "" : "; ", summary);
          }
          return root.error(std::format(
              "no known carbon data in JSON has the members {}; known: {}", shown(names), known));
        }
        return format->parse(text, options)
            .and_then([&](wire::Answer answer) -> Result<DocumentContent> {
              if (answer.series.empty() && answer.forecasts.empty()) {
                return wire::nothing_left(options, answer);  // an answer may be empty, a file not
              }
              return DocumentContent{.format = format->name, .answer = std::move(answer)};
            });
      });
}

std::vector<std::string_view> known_json_formats() {
  std::vector<std::string_view> all;
  all.reserve(kFormats.size());
  for (const Format& format : kFormats) {
    all.push_back(format.summary);
  }
  return all;
}

}  // namespace drover::carbon
