#include "carbon/daily_shape.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <numeric>

namespace drover::carbon {
namespace {

constexpr std::size_t kClimatologyDays = 28;
constexpr std::size_t kProfileDays = 14;
constexpr std::size_t kSmoothedDays = 28;
constexpr double kSlowDecay = 0.98;
constexpr double kFastDecay = 0.9;
constexpr double kLevelGain = 0.3;
constexpr double kSeasonGain = 0.15;

Result<> check_days(const Hours& known, std::size_t days, std::string_view model) {
  return known.size() >= days * kHoursPerDay
             ? Result<>{}
             : invalid(std::format("{} needs {} days of history and has {} hours", model, days,
                                   known.size()));
}

// The profile, complete: every hour of day known at least once.
Result<std::vector<double>> whole_profile(const Hours& known, std::size_t days,
                                          std::string_view model) {
  auto means = profile(known, known.size(), days);
  for (std::size_t hour = 0; hour < kHoursPerDay; ++hour) {
    if (std::isnan(means[hour])) {
      return invalid(std::format(
          "{}: the hour of day {:02}:00 is unknown on all of the last {} days", model, hour, days));
    }
  }
  return means;
}

Result<HourlyForecast> predict_climatology(const Hours& known, std::size_t leads) {
  return check_days(known, 7, "climatology")
      .and_then([&] { return whole_profile(known, kClimatologyDays, "climatology"); })
      .transform([&](const std::vector<double>& means) {
        HourlyForecast forecast;
        for (std::size_t lead = 0; lead < leads; ++lead) {
          forecast.mean.push_back(means[known.hour_of_day(known.size() + lead)]);
        }
        return forecast;
      });
}

// Residuals to the profile of what is known of the last day, the oldest first.
Result<std::vector<double>> last_residuals(const Hours& known, const std::vector<double>& means) {
  std::vector<double> residuals;
  for (std::size_t i = known.size() - kHoursPerDay; i < known.size(); ++i) {
    if (!std::isnan(known.filled[i])) {
      residuals.push_back(known.filled[i] - means[known.hour_of_day(i)]);
    }
  }
  if (residuals.empty()) {
    return invalid("profile-ar: nothing is known of the last 24 h");
  }
  return residuals;
}

Result<HourlyForecast> predict_profile_ar(const Hours& known, std::size_t leads) {
  const auto means = check_days(known, 2, "profile-ar").and_then([&] {
    return whole_profile(known, kProfileDays, "profile-ar");
  });
  if (!means) {
    return std::unexpected(means.error());
  }
  return last_residuals(known, *means).transform([&](const std::vector<double>& residuals) {
    const double level = std::accumulate(residuals.begin(), residuals.end(), 0.0) /
                         static_cast<double>(residuals.size());
    HourlyForecast forecast;
    double slow = level;
    double fast = (residuals.back() - level) * kFastDecay;
    for (std::size_t lead = 0; lead < leads; ++lead) {
      forecast.mean.push_back((*means)[known.hour_of_day(known.size() + lead)] + slow + fast);
      slow *= kSlowDecay;
      fast *= kFastDecay;
    }
    return forecast;
  });
}

struct Smoothed {
  double level = 0;
  std::vector<double> season = std::vector<double>(kHoursPerDay);
};

// An unknown hour changes nothing: the state waits for the next known one.
Result<Smoothed> smooth(const Hours& known) {
  const std::size_t begin = known.size() - kSmoothedDays * kHoursPerDay;
  Smoothed state;
  double count = 0;
  for (std::size_t i = begin; i < begin + kHoursPerDay; ++i) {
    if (!std::isnan(known.filled[i])) {
      state.level += known.filled[i];
      count += 1;
    }
  }
  if (count == 0) {
    return invalid(std::format("holt-winters: the day {} days ago is unknown", kSmoothedDays));
  }
  state.level /= count;
  for (std::size_t i = begin; i < known.size(); ++i) {
    const double value = known.filled[i];
    double& season = state.season[known.hour_of_day(i)];
    if (std::isnan(value)) {
      continue;
    }
    if (i < begin + kHoursPerDay) {
      season = value - state.level;
      continue;
    }
    state.level += kLevelGain * (value - season - state.level);
    season += kSeasonGain * (value - state.level - season);
  }
  return state;
}

Result<HourlyForecast> predict_holt_winters(const Hours& known, std::size_t leads) {
  return check_days(known, kSmoothedDays, "holt-winters")
      .and_then([&] { return smooth(known); })
      .transform([&](const Smoothed& state) {
        HourlyForecast forecast;
        for (std::size_t lead = 0; lead < leads; ++lead) {
          forecast.mean.push_back(state.level +
                                  state.season[known.hour_of_day(known.size() + lead)]);
        }
        return forecast;
      });
}

}  // namespace

Learn climatology() { return nothing_to_learn(predict_climatology); }
Learn profile_ar() { return nothing_to_learn(predict_profile_ar); }
Learn holt_winters() { return nothing_to_learn(predict_holt_winters); }

}  // namespace drover::carbon
