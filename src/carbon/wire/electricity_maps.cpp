#include "carbon/wire/electricity_maps.h"

#include <array>
#include <format>

#include "carbon/given.h"
#include "carbon/wire/collected.h"
#include "carbon/wire/json.h"

namespace drover::carbon::wire {
namespace {

struct Granularity {
  std::string_view name;
  Duration step;
};
constexpr std::array kGranularities = {
    Granularity{.name = "5_minutes", .step = std::chrono::minutes{5}},
    Granularity{.name = "15_minutes", .step = std::chrono::minutes{15}},
    Granularity{.name = "hourly", .step = std::chrono::hours{1}},
    Granularity{.name = "daily", .step = std::chrono::days{1}},
};

// The documents that are lists of points, by the member that holds them.
constexpr std::array<std::string_view, 3> kLists = {"history", "data", "forecast"};

// Present and not null.
std::optional<Node> given(const Node& node, std::string_view name) {
  auto found = node.find(name);
  return found && !found->is_null() ? found : std::nullopt;
}

Result<> own_error(const Node& root) {
  const auto said = given(root, "error");
  if (!said) {
    return {};
  }
  const auto text = said->text();
  const auto message = text ? *text : said->shown_value();
  return root.error(std::format("the service says {}", shown(message)),
                    message.starts_with("No recent data") ? Code::kNotFound : Code::kInvalid);
}

Result<std::optional<Scope>> scope_said(const Node& node) {
  const auto said = given(node, "emissionFactorType");
  if (!said) {
    return std::nullopt;
  }
  return said->text().and_then([&](const std::string& text) -> Result<std::optional<Scope>> {
    const auto scope = parse_scope(text);
    return scope ? Result<std::optional<Scope>>(*scope)
                 : said->error(std::format("{} is neither direct nor lifecycle", shown(text)));
  });
}

Result<std::optional<Duration>> step_said(const Node& node) {
  const auto said = given(node, "temporalGranularity");
  if (!said) {
    return std::nullopt;
  }
  return said->text().and_then([&](const std::string& text) -> Result<std::optional<Duration>> {
    for (const auto& granularity : kGranularities) {
      if (granularity.name == text) {
        return granularity.step;
      }
    }
    return said->error(
        std::format("{} is no granularity known here; ask for hourly, 15_minutes or "
                    "5_minutes",
                    shown(text)));
  });
}

// The flag, or else that a method is named: the older spelling is still answered.
Result<bool> is_estimated(const Node& point) {
  if (const auto flag = given(point, "isEstimated")) {
    return flag->flag();
  }
  for (const auto* name : {"estimationMethod", "estimatedMethod"}) {
    if (const auto method = given(point, name)) {
      return method->text().transform([](const std::string& text) { return !text.empty(); });
    }
  }
  return false;
}

Result<std::optional<Intensity>> value_of(const Node& point, bool forecast,
                                          const WireOptions& options, Answer& answer) {
  const auto value = point.member("carbonIntensity");
  if (!value) {
    return std::unexpected(value.error());
  }
  return forecast ? expected_intensity(*value, options, answer) : value->intensity();
}

struct Reading {
  Node root;
  const WireOptions& options;
  Answer answer;
  Collected collected;
  std::optional<Scope> scope;
  bool forecast = false;
};

Result<> add_point(const Node& node, Reading& reading) {
  const auto at = node.member("datetime").and_then([](const Node& time) { return time.time(); });
  const auto value = value_of(node, reading.forecast, reading.options, reading.answer);
  const auto estimated = is_estimated(node);
  const auto scope = scope_said(node).and_then(
      [&](std::optional<Scope> said) { return agreed(node, said, reading.scope); });
  if (!at || !value || !estimated || !scope) {
    return std::unexpected(!at          ? at.error()
                           : !value     ? value.error()
                           : !estimated ? estimated.error()
                                        : scope.error());
  }
  reading.scope = *scope;
  reading.collected.points.push_back({.at = *at, .value = *value, .estimated = *estimated});
  return {};
}

// The points, wherever the document has them.
Result<> read_points(Reading& reading) {
  const auto scope = scope_said(reading.root).and_then([&](std::optional<Scope> said) {
    return agreed(reading.root, said, reading.options.scope);
  });
  if (!scope) {
    return std::unexpected(scope.error());
  }
  reading.scope = *scope;
  for (const auto name : kLists) {
    const auto list = reading.root.find(name);
    if (!list) {
      continue;
    }
    reading.forecast = name == "forecast";
    const auto points = list->elements();
    if (!points) {
      return std::unexpected(points.error());
    }
    for (const Node& point : *points) {
      if (auto added = add_point(point, reading); !added) {
        return added;
      }
    }
    return {};
  }
  return add_point(reading.root, reading);
}

Result<> add_forecast_of(Reading& reading) {
  auto issued = reading.options.issued;
  if (const auto updated = given(reading.root, "updatedAt")) {
    const auto time = updated->time();
    if (!time) {
      return std::unexpected(time.error());
    }
    issued = *time;
  }
  return add_forecast(std::move(reading.collected), issued, reading.answer)
      .transform_error(doing(reading.options.document));
}

Result<> conclude(Reading& reading) {
  const auto zone = reading.root.member("zone").and_then(
      [&](const Node& name) { return agreed_zone(name, reading.options); });
  const auto step = step_said(reading.root);
  if (!zone || !step) {
    return std::unexpected(!zone ? zone.error() : step.error());
  }
  if (!reading.scope) {
    return reading.root.error(
        "the document does not say whether it is direct or lifecycle; say which was asked for");
  }
  auto& like = reading.collected.like;
  like.zone = *zone;
  like.scope = *reading.scope;
  like.basis = Basis::kConsumption;
  like.source = reading.options.source.empty() ? kElectricityMaps : reading.options.source;
  reading.collected.step = *step;
  if (!*step && reading.collected.points.size() == 1) {
    reading.collected.step = std::chrono::hours{1};  // the service's own default
  }
  return reading.forecast ? add_forecast_of(reading)
                          : add_series(std::move(reading.collected), reading.answer)
                                .transform_error(doing(reading.options.document));
}

Result<ElectricityMapsZone> zone_entry(const Node& root, const std::string& id) {
  ElectricityMapsZone zone{.id = id, .name = {}, .access = {}};
  const auto entry = root.member(id);
  if (!entry || !entry->is_object()) {
    return root.error(std::format("{} is no zone with its access", shown(id)));
  }
  if (const auto name = given(*entry, "zoneName")) {
    if (const auto text = name->text()) {
      zone.name = *text;
    }
  }
  const auto access = given(*entry, "access");
  if (!access) {
    return zone;
  }
  const auto elements = access->elements();
  if (!elements) {
    return std::unexpected(elements.error());
  }
  for (const Node& element : *elements) {
    const auto text = element.text();
    if (!text) {
      return std::unexpected(text.error());
    }
    zone.access.push_back(*text);
  }
  return zone;
}

}  // namespace

Result<Answer> parse_electricity_maps(std::string_view json, const WireOptions& options) {
  const auto root = Node::parse(json, options.document);
  if (!root) {
    return std::unexpected(root.error());
  }
  Reading reading{.root = *root,
                  .options = options,
                  .answer = {},
                  .collected = {},
                  .scope = {},
                  .forecast = false};
  return own_error(*root)
      .and_then([&] { return read_points(reading); })
      .and_then([&] { return conclude(reading); })
      .transform([&] { return std::move(reading.answer); });
}

Result<std::vector<ElectricityMapsZone>> parse_electricity_maps_zones(std::string_view json,
                                                                      const std::string& document) {
  const auto root = Node::parse(json, document);
  if (!root) {
    return std::unexpected(root.error());
  }
  if (!root->is_object()) {
    return root->error("this is no object with one member per zone");
  }
  if (auto good = own_error(*root); !good) {
    return std::unexpected(good.error());
  }
  std::vector<ElectricityMapsZone> zones;
  for (const auto& id : root->names()) {
    auto zone = zone_entry(*root, id);
    if (!zone) {
      return std::unexpected(zone.error());
    }
    zones.push_back(*std::move(zone));
  }
  return zones;
}

}  // namespace drover::carbon::wire
