#include "cli/carbon_fetch_report.h"

#include <format>

#include "cli/table.h"

namespace drover::cli {
namespace {

using carbon::gridapi::FeedStatus;
using carbon::gridapi::Track;
using nlohmann::ordered_json;

ordered_json time_or_null(const std::optional<Instant>& time) {
  return time ? ordered_json(format_time(*time)) : ordered_json();
}

ordered_json to_json(const Track& track) {
  return {{"succeeded", time_or_null(track.succeeded)},
          {"failing_since", time_or_null(track.failing_since)},
          {"failures", track.failures},
          {"error", track.error.empty() ? ordered_json() : ordered_json(track.error)},
          {"next", format_time(track.next)}};
}

ordered_json last_json(const FeedStatus& status, Instant now) {
  if (!status.last) {
    return nullptr;
  }
  const auto& last = *status.last;
  return {{"start", format_time(last.start)},
          {"end", format_time(last.end)},
          {"g_per_kwh", last.value.grams_per_kwh()},
          {"estimated", last.estimated},
          {"age_s", std::chrono::duration<double>(now - last.end).count()}};
}

std::string forecast_text(const FetchLine& line) {
  if (line.feed->rule.forecast_every == Duration{0}) {
    return "none";
  }
  if (line.status.forecasts.failing_since) {
    return "failing";
  }
  return line.status.forecast_until ? "to " + format_time(*line.status.forecast_until) : "-";
}

}  // namespace

std::string age_text(Duration age) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  if (seconds < 0) {
    return "under way";
  }
  if (seconds < kMinute) {
    return std::format("{} s", seconds);
  }
  if (seconds < kHour) {
    return std::format("{} min", seconds / kMinute);
  }
  return seconds < kDay ? std::format("{} h {} min", seconds / kHour, seconds % kHour / kMinute)
                        : std::format("{} d {} h", seconds / kDay, seconds % kDay / kHour);
}

std::string fetch_text(const std::vector<FetchLine>& lines, Instant now) {
  Table table(
      {"ZONE", "PROVIDER", "SIGNAL", "NEW", "REVISED", "SAME", "LAST", "AGE", "FORECAST", "STATE"});
  std::string errors;
  for (const auto& line : lines) {
    const auto& last = line.status.last;
    table.add({line.feed->feed.zone.str(), line.feed->provider_name, line.feed->feed.signal,
               std::to_string(line.values.inserted), std::to_string(line.values.revised),
               std::to_string(line.values.unchanged),
               last ? std::format("{:.0f} g/kWh{}", last->value.grams_per_kwh(),
                                  last->estimated ? " (estimated)" : "")
                    : "-",
               last ? age_text(now - last->end) : "-", forecast_text(line),
               std::string(to_string(line.state))});
    for (const auto* track : {&line.status.values, &line.status.forecasts}) {
      if (track->failing_since) {
        errors +=
            std::format("failing since {}: {}\n", format_time(*track->failing_since), track->error);
      }
    }
  }
  return table.text() + errors;
}

ordered_json fetch_json(const std::vector<FetchLine>& lines, Instant now) {
  ordered_json out = {{"at", format_time(now)}, {"feeds", ordered_json::array()}};
  for (const auto& line : lines) {
    const auto& status = line.status;
    out["feeds"].push_back({{"zone", line.feed->feed.zone.str()},
                            {"provider", line.feed->provider_name},
                            {"signal", line.feed->feed.signal},
                            {"inserted", line.values.inserted},
                            {"revised", line.values.revised},
                            {"unchanged", line.values.unchanged},
                            {"gaps", line.values.gaps},
                            {"forecasts", line.forecasts},
                            {"state", to_string(line.state)},
                            {"last", last_json(status, now)},
                            {"forecast_issued", time_or_null(status.forecast_issued)},
                            {"forecast_until", time_or_null(status.forecast_until)},
                            {"values", to_json(status.values)},
                            {"forecast", to_json(status.forecasts)}});
  }
  return out;
}

}  // namespace drover::cli
