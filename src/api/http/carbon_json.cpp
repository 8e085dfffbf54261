#include "api/http/carbon_json.h"

#include <algorithm>
#include <cmath>
#include <format>

#include "carbon/synthetic.h"

namespace drover::api {
namespace {

// To the milligram: what a store keeps, and more than any forecast is worth.
Json grams(Intensity value) {
  constexpr double kMilligrams = 1000;
  return std::round(value.grams_per_kwh() * kMilligrams) / kMilligrams;
}

Json grams(const std::vector<Intensity>& values, std::size_t count) {
  auto list = Json::array();
  for (std::size_t i = 0; i < std::min(count, values.size()); ++i) {
    list.push_back(grams(values[i]));
  }
  return list;
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::int64_t minutes(Duration duration) {
  return std::chrono::duration_cast<std::chrono::minutes>(duration).count();
}

Json quantity(const carbon::Series& series) {
  return {{"zone", series.zone.str()},
          {"kind", to_string(series.kind)},
          {"scope", to_string(series.scope)},
          {"basis", to_string(series.basis)},
          {"reported", to_string(series.reported)},
          {"source", series.source},
          {"synthetic", carbon::is_synthetic(series.zone)},
          {"step_s", seconds(series.step)}};
}

Json summary(const carbon::ZoneSummary& one) {
  return {{"zone", one.zone.str()},
          {"kind", to_string(one.kind)},
          {"scope", to_string(one.scope)},
          {"basis", to_string(one.basis)},
          {"source", one.source},
          {"synthetic", carbon::is_synthetic(one.zone)},
          {"first", format_time(one.first)},
          {"end", format_time(one.last_end)},
          {"step_s", seconds(one.step)},
          {"points", one.points},
          {"gaps", one.gaps},
          {"forecasts", one.forecasts}};
}

Json series_json(const carbon::Series& series) {
  Json out = quantity(series);
  out["start"] = format_time(series.start);
  out["end"] = format_time(series.end());
  auto& values = out["values_g_per_kwh"] = Json::array();
  auto& estimated = out["estimated"] = Json::array();
  for (std::size_t slot = 0; slot < series.values.size(); ++slot) {
    values.push_back(series.values[slot] ? grams(*series.values[slot]) : Json());
    estimated.push_back(series.is_estimated(slot));
  }
  return out;
}

Json latest_json(const Latest& latest) {
  Json out = quantity(latest.quantity);
  out["at"] = format_time(latest.at);
  out["value_g_per_kwh"] = grams(latest.value);
  out["estimated"] = latest.estimated;
  out["age_s"] = seconds(latest.age);
  return out;
}

// As .NET writes a TimeSpan: hh:mm:ss, with days in front when there are any.
std::string time_span(Duration duration) {
  const auto days = std::chrono::floor<std::chrono::days>(duration);
  const std::chrono::hh_mm_ss rest{
      std::chrono::duration_cast<std::chrono::seconds>(duration - days)};
  const auto clock = std::format("{:02}:{:02}:{:02}", rest.hours().count(), rest.minutes().count(),
                                 rest.seconds().count());
  return days.count() == 0 ? clock : std::format("{}.{}", days.count(), clock);
}

Json points_json(const std::string& location, const std::vector<MeanOver>& points) {
  auto list = Json::array();
  for (const auto& point : points) {
    list.push_back({{"location", location},
                    {"timestamp", format_time(point.from)},
                    {"duration", minutes(point.length)},
                    {"value", grams(point.mean)}});
  }
  return list;
}

Json hours_json(const std::vector<HourlyIntensity>& hours) {
  auto list = Json::array();
  for (const auto& hour : hours) {
    list.push_back({{"source", hour.zone.str()},
                    {"datetime", format_time(hour.hour)},
                    {"carbon_intensity_direct_avg", grams(hour.mean)}});
  }
  return list;
}

std::string_view title_of(int status) {
  switch (status) {
    case kBadRequest:
      return "Bad Request";
    case kNotFound:
      return "Not Found";
    case kConflict:
      return "Conflict";
    case kNotImplemented:
      return "Not Implemented";
    case kUnavailable:
      return "Service Unavailable";
    case kTimeout:
      return "Gateway Timeout";
    default:
      return status < kInternalError ? "Refused" : "Internal Server Error";
  }
}

}  // namespace

std::string to_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json to_json(const ZonePage& page) {
  Json out{{"zones", Json::array()}, {"next", page.next.empty() ? Json() : Json(page.next)}};
  for (const auto& one : page.zones) {
    out["zones"].push_back(summary(one));
  }
  return out;
}

Json to_json(const KnownIntensity& known) {
  if (const auto* latest = std::get_if<Latest>(&known)) {
    return latest_json(*latest);
  }
  return series_json(std::get<carbon::Series>(known));
}

Json to_json(const ZoneForecast& forecast) {
  const auto& own = forecast.forecast();
  Json out = quantity(forecast.issued->quantity);
  out.erase("reported");
  out["issued"] = format_time(own.issued);
  out["end"] = format_time(forecast.end());
  out["model"] = own.model;
  out["fallback"] = own.fallback.empty() ? Json() : Json(own.fallback);
  out["mean_g_per_kwh"] = grams(own.mean, forecast.leads);
  out["level"] = own.low.empty() ? Json() : Json(own.level);
  out["low_g_per_kwh"] = own.low.empty() ? Json() : grams(own.low, forecast.leads);
  out["high_g_per_kwh"] = own.high.empty() ? Json() : grams(own.high, forecast.leads);
  return out;
}

Json to_json(const std::vector<Emission>& emissions) {
  auto list = Json::array();
  for (const auto& one : emissions) {
    list.push_back({{"location", one.location},
                    {"time", format_time(one.time)},
                    {"rating", grams(one.rating)},
                    {"duration", time_span(one.duration)}});
  }
  return list;
}

Json to_json(const SdkForecast& forecast) {
  return {{"generatedAt", format_time(forecast.generated_at)},
          {"requestedAt", format_time(forecast.requested_at)},
          {"location", forecast.location},
          {"dataStartAt", format_time(forecast.start)},
          {"dataEndAt", format_time(forecast.end)},
          {"windowSize", minutes(forecast.window)},
          {"optimalDataPoints", points_json(forecast.location, forecast.optimal)},
          {"forecastData", points_json(forecast.location, forecast.data)}};
}

Json to_json(const Average& average) {
  return {{"location", average.of.location},
          {"startTime", format_time(average.of.start)},
          {"endTime", format_time(average.of.end)},
          {"carbonIntensity", average.mean ? grams(*average.mean) : Json()}};
}

Json locations_json(const std::vector<ZoneId>& zones) {
  auto out = Json::object();
  for (const auto& zone : zones) {
    out[zone.str()] = {{"Latitude", nullptr}, {"Longitude", nullptr}, {"Name", zone.str()}};
  }
  return out;
}

Json to_json(const KubeflexForecasts& forecasts) {
  Json out{{"min_forecast", hours_json(forecasts.lowest)}, {"region_forecasts", Json::object()}};
  for (const auto& [zone, hours] : forecasts.by_zone) {
    out["region_forecasts"][zone.str()] = hours_json(hours);
  }
  for (const auto& [zone, why] : forecasts.missing) {
    out["missing"][zone.str()] = why;
  }
  return out;
}

Json to_json(const Failure& failure) {
  Json out{{"type", "about:blank"},
           {"title", title_of(failure.status)},
           {"status", failure.status},
           {"detail", failure.detail},
           {"errors", Json::object()}};
  for (const auto& [name, messages] : failure.errors) {
    out["errors"][name] = messages;
  }
  return out;
}

bool is_synthetic(const ZonePage& page) {
  return std::ranges::any_of(page.zones,
                             [](const auto& one) { return carbon::is_synthetic(one.zone); });
}

bool is_synthetic(const KnownIntensity& known) {
  const auto* latest = std::get_if<Latest>(&known);
  return carbon::is_synthetic(latest != nullptr ? latest->quantity.zone
                                                : std::get<carbon::Series>(known).zone);
}

bool is_synthetic(const KubeflexForecasts& forecasts) {
  return std::ranges::any_of(forecasts.by_zone,
                             [](const auto& one) { return carbon::is_synthetic(one.first); });
}

}  // namespace drover::api
