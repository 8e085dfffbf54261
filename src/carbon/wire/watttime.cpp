#include "carbon/wire/watttime.h"

#include <algorithm>
#include <array>
#include <format>
#include <vector>

#include "base/text.h"
#include "carbon/given.h"
#include "carbon/wire/collected.h"
#include "carbon/wire/json.h"

namespace drover::carbon::wire {
namespace {

struct Signal {
  std::string_view name;
  Kind kind;
};
constexpr std::array kSignals = {
    Signal{.name = "co2_moer", .kind = Kind::kMarginal},
    Signal{.name = "co2_aoer", .kind = Kind::kAverage},
};

struct Unit {
  std::string_view name;
  Intensity one;
};
constexpr std::array kUnits = {
    Unit{.name = "lbs_co2_per_mwh", .one = Intensity::pounds_per_mwh(1)},
    Unit{.name = "lb_co2_per_mwh", .one = Intensity::pounds_per_mwh(1)},
    Unit{.name = "lbs_per_mwh", .one = Intensity::pounds_per_mwh(1)},
    Unit{.name = "kg_co2_per_mwh", .one = Intensity::grams_per_kwh(1)},
    Unit{.name = "kgs_co2_per_mwh", .one = Intensity::grams_per_kwh(1)},
    Unit{.name = "g_co2_per_kwh", .one = Intensity::grams_per_kwh(1)},
    Unit{.name = "grams_co2_per_kwh", .one = Intensity::grams_per_kwh(1)},
};

constexpr double kLongestPeriodSeconds = 86'400;

std::optional<Node> given(const Node& node, std::string_view name) {
  auto found = node.find(name);
  return found && !found->is_null() ? found : std::nullopt;
}

// {"error": "...", "message": "..."}; either may be alone.
Result<> own_error(const Node& root) {
  const auto error = given(root, "error");
  if (!error || given(root, "data")) {
    return {};
  }
  const auto message = given(root, "message");
  const auto text = (message ? *message : *error).text();
  return root.error(std::format("the service says {}", shown(text ? *text : error->shown_value())));
}

Result<Intensity> unit_of(const Node& meta) {
  const auto units = meta.member("units");
  if (!units) {
    return std::unexpected(units.error());
  }
  return units->text().and_then([&](const std::string& name) -> Result<Intensity> {
    for (const auto& unit : kUnits) {
      if (unit.name == name) {
        return unit.one;
      }
    }
    return units->error(std::format("{} is no unit known here; lbs_co2_per_mwh is", shown(name)));
  });
}

Result<std::optional<Duration>> period_of(const Node& meta) {
  const auto period = given(meta, "data_point_period_seconds");
  if (!period) {
    return std::nullopt;
  }
  return period->number().and_then([&](double seconds) -> Result<std::optional<Duration>> {
    if (seconds < 1 || seconds > kLongestPeriodSeconds) {
      return period->error(
          std::format("{} is not between a second and a day", period->shown_value()));
    }
    return std::chrono::seconds{static_cast<std::int64_t>(seconds)};
  });
}

Result<Kind> kind_of(const Node& meta, const WireOptions& options) {
  const auto said = meta.member("signal_type").and_then([](const Node& signal) {
    return signal.text().and_then([&](const std::string& text) -> Result<std::optional<Kind>> {
      const auto kind = parse_watttime_signal(text);
      return kind ? Result<std::optional<Kind>>(*kind) : signal.error(kind.error().what);
    });
  });
  return said.and_then([&](std::optional<Kind> kind) { return agreed(meta, kind, options.kind); })
      .transform([](std::optional<Kind> kind) { return *kind; });
}

struct Reading {
  const WireOptions& options;
  Answer answer;
  Collected header;  // of every series of the document: no points
  Intensity unit;
};

Result<> read_meta(const Node& meta, Reading& reading) {
  const auto& options = reading.options;
  const auto zone =
      meta.member("region").and_then([&](const Node& name) { return agreed_zone(name, options); });
  const auto kind = kind_of(meta, options);
  const auto unit = unit_of(meta);
  const auto period = period_of(meta);
  const auto scope = agreed(meta, std::optional(Scope::kDirect), options.scope);
  if (!zone || !kind || !unit || !period || !scope) {
    return std::unexpected(!zone     ? zone.error()
                           : !kind   ? kind.error()
                           : !unit   ? unit.error()
                           : !period ? period.error()
                                     : scope.error());
  }
  auto& like = reading.header.like;
  like.zone = *zone;
  like.kind = *kind;
  like.scope = Scope::kDirect;
  like.basis = options.basis.value_or(Basis::kUnstated);
  like.source = options.source.empty() ? kWattTime : options.source;
  reading.header.step = *period;
  reading.unit = *unit;
  return {};
}

Result<Point> point_of(const Node& node, bool forecast, Reading& reading) {
  const auto at = node.member("point_time").and_then([](const Node& time) { return time.time(); });
  const auto value = node.member("value");
  if (!at || !value) {
    return std::unexpected(!at ? at.error() : value.error());
  }
  Point point{.at = *at, .value = {}};
  if (value->is_null()) {
    return point;
  }
  return value->number().and_then([&](double number) -> Result<Point> {
    auto options = reading.options;
    options.clip_forecasts = options.clip_forecasts && forecast;
    const double grams = (reading.unit * number).grams_per_kwh();
    return checked_forecast(*value, grams, options, reading.answer).transform([&](Intensity given) {
      point.value = given;
      return point;
    });
  });
}

Result<Collected> points_of(const Node& list, bool forecast, Reading& reading) {
  const auto elements = list.elements();
  if (!elements) {
    return std::unexpected(elements.error());
  }
  Collected collected = reading.header;
  for (const Node& element : *elements) {
    const auto point = point_of(element, forecast, reading);
    if (!point) {
      return std::unexpected(point.error());
    }
    collected.points.push_back(*point);
  }
  return collected;
}

// One of those in an answer of forecast/historical.
Result<> read_past_forecast(const Node& entry, Reading& reading) {
  const auto issued =
      entry.member("generated_at").and_then([](const Node& time) { return time.time(); });
  auto points = entry.member("forecast").and_then([&](const Node& list) {
    return points_of(list, true, reading);
  });
  if (!issued || !points) {
    return std::unexpected(!issued ? issued.error() : points.error());
  }
  return add_forecast(*std::move(points), *issued, reading.answer)
      .transform_error(doing(reading.options.document));
}

// When the document was made, if its points go on from there: then they are a forecast.
Result<std::optional<Instant>> issue_of(const Node& meta, const Collected& collected,
                                        const WireOptions& options) {
  const auto any = [&](const auto& holds) { return std::ranges::any_of(collected.points, holds); };
  const auto said = given(meta, "generated_at");
  if (!said) {
    const auto goes_on = [&](const Point& point) { return point.at > *options.issued; };
    return options.issued && any(goes_on) ? options.issued : std::nullopt;
  }
  return said->time().transform([&](Instant time) {
    const auto goes_on = [&](const Point& point) { return point.at >= time; };
    return any(goes_on) ? std::optional(time) : std::nullopt;
  });
}

Result<> read_data(const Node& root, const Node& meta, Reading& reading) {
  const auto data = root.member("data");
  const auto entries = data.and_then([](const Node& list) { return list.elements(); });
  if (!entries) {
    return std::unexpected(entries.error());
  }
  if (!entries->empty() && entries->front().find("forecast")) {
    for (const Node& entry : *entries) {
      if (auto read = read_past_forecast(entry, reading); !read) {
        return read;
      }
    }
    return {};
  }
  auto points = points_of(*data, given(meta, "generated_at").has_value(), reading);
  if (!points) {
    return std::unexpected(points.error());
  }
  const auto issued = issue_of(meta, *points, reading.options);
  if (!issued) {
    return std::unexpected(issued.error());
  }
  return (*issued ? add_forecast(*std::move(points), *issued, reading.answer)
                  : add_series(*std::move(points), reading.answer))
      .transform_error(doing(reading.options.document));
}

}  // namespace

Result<Kind> parse_watttime_signal(std::string_view signal) {
  for (const auto& known : kSignals) {
    if (known.name == signal) {
      return known.kind;
    }
  }
  return invalid(
      std::format("signal {} is no carbon intensity; known: co2_moer (marginal), "
                  "co2_aoer (average)",
                  shown(signal)));
}

Result<Answer> parse_watttime(std::string_view json, const WireOptions& options,
                              std::optional<Duration> step) {
  const auto root = Node::parse(json, options.document);
  if (!root) {
    return std::unexpected(root.error());
  }
  if (auto good = own_error(*root); !good) {
    return std::unexpected(good.error());
  }
  const auto meta = root->member("meta");
  if (!meta) {
    return std::unexpected(meta.error());
  }
  Reading reading{.options = options, .answer = {}, .header = {}, .unit = {}};
  reading.header.coarse = step;
  return read_meta(*meta, reading)
      .and_then([&] { return read_data(*root, *meta, reading); })
      .transform([&] { return std::move(reading.answer); });
}

Result<std::string> parse_watttime_region(std::string_view json, const std::string& document) {
  const auto root = Node::parse(json, document);
  if (!root) {
    return std::unexpected(root.error());
  }
  const auto region = given(*root, "region");
  if (!region) {
    auto said = own_error(*root);
    return said ? root->error("no region is named for this place", Code::kNotFound)
                : root->error(said.error().what, Code::kNotFound);
  }
  return region->text();
}

Result<std::string> parse_watttime_token(std::string_view json, const std::string& document) {
  constexpr std::size_t kLongest = 16'384;
  const auto root = Node::parse(json, document);
  const auto token = root ? root->find("token") : std::nullopt;
  const auto text = token ? token->text() : std::unexpected(Error{});
  const auto is_plain = [](char c) { return c > ' ' && c <= '~'; };
  if (!text || text->empty() || text->size() > kLongest || !std::ranges::all_of(*text, is_plain)) {
    return invalid(std::format("{}: the answer holds no token", document));
  }
  return *text;
}

}  // namespace drover::carbon::wire
