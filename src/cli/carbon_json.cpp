#include "cli/carbon_json.h"

#include <chrono>

#include "carbon/synthetic.h"

namespace drover::cli {
namespace {

using nlohmann::ordered_json;

ordered_json quantity(const ZoneId& zone, carbon::Kind kind, carbon::Scope scope,
                      const std::string& source) {
  return {{"zone", zone.str()},
          {"kind", to_string(kind)},
          {"scope", to_string(scope)},
          {"source", source},
          {"synthetic", carbon::is_synthetic(zone)}};
}

double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

ordered_json to_json(const carbon::Series& series) {
  ordered_json out = quantity(series.zone, series.kind, series.scope, series.source);
  out["start"] = format_time(series.start);
  out["step_s"] = in_seconds(series.step);
  out["values_g_per_kwh"] = ordered_json::array();
  for (const auto& value : series.values) {
    out["values_g_per_kwh"].push_back(value ? ordered_json(value->grams_per_kwh())
                                            : ordered_json());
  }
  return out;
}

ordered_json to_json(const carbon::Forecast& forecast, const carbon::Series& history) {
  ordered_json out = quantity(forecast.zone, history.kind, history.scope, history.source);
  out["issued"] = format_time(forecast.issued);
  out["step_s"] = in_seconds(forecast.step);
  out["model"] = forecast.model;
  out["fallback"] = forecast.fallback.empty() ? ordered_json() : ordered_json(forecast.fallback);
  out["mean_g_per_kwh"] = ordered_json::array();
  for (const Intensity value : forecast.mean) {
    out["mean_g_per_kwh"].push_back(value.grams_per_kwh());
  }
  return out;
}

ordered_json to_json(const std::vector<carbon::ZoneSummary>& zones) {
  auto list = ordered_json::array();
  for (const auto& summary : zones) {
    ordered_json one = quantity(summary.zone, summary.kind, summary.scope, summary.source);
    one["first"] = format_time(summary.first);
    one["end"] = format_time(summary.last_end);
    one["points"] = summary.points;
    one["gaps"] = summary.gaps;
    list.push_back(std::move(one));
  }
  return {{"zones", std::move(list)}};
}

ordered_json to_json(const carbon::ImportReport& report) {
  return {{"inserted", report.inserted},
          {"unchanged", report.unchanged},
          {"revised", report.revised},
          {"gaps", report.gaps}};
}

}  // namespace drover::cli
