#include "api/rolling.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace drover::api {
namespace {

using carbon::Forecast;

Intensity to_milligrams(Intensity value) {
  constexpr double kMilligrams = 1000;
  return Intensity::grams_per_kwh(std::round(value.grams_per_kwh() * kMilligrams) / kMilligrams);
}

Instant time_of(const Forecast& forecast, std::size_t lead) {
  return forecast.issued + forecast.step * static_cast<Duration::rep>(lead);
}

// The window lies inside of the forecast.
Intensity mean_over(const Forecast& forecast, Instant from, Duration length) {
  const Instant to = from + length;
  Intensity sum;
  auto lead = static_cast<std::size_t>((from - forecast.issued) / forecast.step);
  for (; lead < forecast.mean.size() && time_of(forecast, lead) < to; ++lead) {
    const Duration part =
        std::min(to, time_of(forecast, lead + 1)) - std::max(from, time_of(forecast, lead));
    sum += forecast.mean[lead] * static_cast<double>(part.count());
  }
  return to_milligrams(sum / static_cast<double>(length.count()));
}

std::vector<MeanOver> own_steps(const Forecast& forecast, const RollingQuery& query) {
  std::vector<MeanOver> steps;
  for (std::size_t lead = 0; lead < query.leads; ++lead) {
    const Instant begin = time_of(forecast, lead);
    if (begin < query.to && begin + forecast.step > query.from) {
      steps.push_back(
          {.from = begin, .length = forecast.step, .mean = to_milligrams(forecast.mean[lead])});
    }
  }
  return steps;
}

}  // namespace

std::vector<MeanOver> rolling_means(const Forecast& forecast, const RollingQuery& query) {
  if (!query.window) {
    return own_steps(forecast, query);
  }
  std::vector<MeanOver> means;
  const Instant end = std::min(query.to, time_of(forecast, query.leads));
  for (Instant from = std::max(query.from, forecast.issued); from + *query.window <= end;
       from += forecast.step) {
    means.push_back(
        {.from = from, .length = *query.window, .mean = mean_over(forecast, from, *query.window)});
  }
  return means;
}

std::vector<MeanOver> lowest(const std::vector<MeanOver>& means) {
  std::vector<MeanOver> best;
  const auto least = std::ranges::min_element(means, {}, &MeanOver::mean);
  std::ranges::copy_if(means, std::back_inserter(best),
                       [&](const MeanOver& one) { return one.mean == least->mean; });
  return best;
}

}  // namespace drover::api
