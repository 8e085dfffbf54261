#include "cli/carbon_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <optional>
#include <span>

#include "carbon/synthetic.h"

namespace drover::cli {
namespace {

constexpr std::size_t kMaxBars = 48;
constexpr double kBarWidth = 50;  // columns
constexpr std::array<std::string_view, 8> kLevels = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::string_view kGapMark = "·";

// Over the known values of a stretch.
struct Range {
  double lowest = 0;
  double highest = 0;
  double sum = 0;
  std::size_t known = 0;
};

Range range_of(std::span<const std::optional<Intensity>> values) {
  Range range;
  for (const auto& value : values) {
    if (value) {
      const double grams = value->grams_per_kwh();
      range.lowest = range.known == 0 ? grams : std::min(range.lowest, grams);
      range.highest = range.known == 0 ? grams : std::max(range.highest, grams);
      range.sum += grams;
      ++range.known;
    }
  }
  return range;
}

std::string repeat(std::string_view mark, long times) {
  std::string out;
  for (; times > 0; --times) {
    out += mark;
  }
  return out;
}

std::string bar(double share) { return repeat(kLevels.back(), std::lround(share * kBarWidth)); }

// Of a value in [low, high].
std::string shaded_bar(double low, double value, double high) {
  const auto solid = std::lround(low * kBarWidth);
  const auto dark = std::lround(value * kBarWidth);
  return repeat(kLevels.back(), solid) + repeat("▓", dark - solid) +
         repeat("░", std::lround(high * kBarWidth) - dark);
}

std::string_view level(double value, const Range& scale) {
  const double span = scale.highest - scale.lowest;
  const double share = span > 0 ? (value - scale.lowest) / span : 0;
  return kLevels[std::min(static_cast<std::size_t>(share * kLevels.size()), kLevels.size() - 1)];
}

std::string plot_bars(const carbon::Series& series, const Range& scale) {
  std::string out;
  Instant at = series.start;
  for (const auto& value : series.values) {
    const auto minute = std::chrono::floor<std::chrono::minutes>(at);
    if (value) {
      const double grams = value->grams_per_kwh();
      out += std::format("{:%F %H:%M} {:8.1f} {}\n", minute, grams,
                         bar(scale.highest > 0 ? grams / scale.highest : 0));
    } else {
      out += std::format("{:%F %H:%M}  unknown {}\n", minute, kGapMark);
    }
    at += series.step;
  }
  return out + std::format("a full bar is {:.1f} gCO2eq/kWh; times are UTC\n", scale.highest);
}

// The values of the day that begins at series.values[begin].
std::string plot_day(const carbon::Series& series, std::size_t begin, std::size_t end,
                     const Range& scale) {
  const std::span day(series.values.begin() + static_cast<std::ptrdiff_t>(begin), end - begin);
  const Instant start = series.start + series.step * static_cast<Duration::rep>(begin);
  std::string line;
  for (const auto& value : day) {
    line += value ? level(value->grams_per_kwh(), scale) : kGapMark;
  }
  const Range range = range_of(day);
  const std::string date = std::format("{:%F}", std::chrono::floor<std::chrono::days>(start));
  if (range.known == 0) {
    return std::format("{}  {}  unknown\n", date, line);
  }
  return std::format("{}  {}  {:.1f} to {:.1f}, mean {:.1f}\n", date, line, range.lowest,
                     range.highest, range.sum / static_cast<double>(range.known));
}

std::string plot_days(const carbon::Series& series, const Range& scale) {
  std::string out;
  for (std::size_t begin = 0; begin < series.values.size();) {
    const Instant start = series.start + series.step * static_cast<Duration::rep>(begin);
    const Instant next_day = std::chrono::floor<std::chrono::days>(start) + std::chrono::days{1};
    const auto steps =
        static_cast<std::size_t>((next_day - start + series.step - Duration{1}) / series.step);
    const std::size_t end = std::min(begin + steps, series.values.size());
    out += plot_day(series, begin, end, scale);
    begin = end;
  }
  return out + std::format("{} is {:.1f}, {} is {:.1f} gCO2eq/kWh, {} is unknown; days are UTC\n",
                           kLevels.front(), scale.lowest, kLevels.back(), scale.highest, kGapMark);
}

// A forecast's mean as a series.
carbon::Series mean_of(const carbon::Forecast& forecast, const carbon::Series& history) {
  carbon::Series mean = history.without_values();
  mean.start = forecast.issued;
  mean.step = forecast.step;
  mean.values.assign(forecast.mean.begin(), forecast.mean.end());
  return mean;
}

std::string plot_interval_bars(const carbon::Forecast& forecast) {
  double highest = 1;
  for (const Intensity value : forecast.high) {
    highest = std::max(highest, value.grams_per_kwh());
  }
  std::string out;
  for (std::size_t lead = 0; lead < forecast.mean.size(); ++lead) {
    const auto at = std::chrono::floor<std::chrono::minutes>(
        forecast.issued + forecast.step * static_cast<Duration::rep>(lead));
    const double low = forecast.low[lead].grams_per_kwh();
    const double mean = forecast.mean[lead].grams_per_kwh();
    const double high = forecast.high[lead].grams_per_kwh();
    out += std::format("{:%F %H:%M} {:8.1f} {:>7.1f} to {:<7.1f} {}\n", at, mean, low, high,
                       shaded_bar(low / highest, mean / highest, high / highest));
  }
  return out + std::format(
                   "a full bar is {:.1f} gCO2eq/kWh; {:.0f} % of hours are expected within "
                   "the range; times are UTC\n",
                   highest, forecast.level * 100);
}

std::vector<std::optional<double>> numbers(const std::vector<std::optional<Intensity>>& values) {
  std::vector<std::optional<double>> out;
  out.reserve(values.size());
  for (const auto& value : values) {
    out.push_back(value ? std::optional(value->grams_per_kwh()) : std::nullopt);
  }
  return out;
}

std::vector<double> numbers(const std::vector<Intensity>& values) {
  std::vector<double> out;
  out.reserve(values.size());
  for (const Intensity value : values) {
    out.push_back(value.grams_per_kwh());
  }
  return out;
}

std::string title_of(const carbon::Series& series) {
  return std::format("{}{}, {} carbon intensity (source: {})",
                     carbon::is_synthetic(series.zone) ? "SYNTHETIC " : "", series.zone,
                     describe_quantity(series), series.source);
}

}  // namespace

std::string plot_title(const carbon::Series& series) {
  return std::format("{}{}, {} carbon intensity in gCO2eq/kWh (source: {})\n",
                     carbon::is_synthetic(series.zone) ? "SYNTHETIC " : "", series.zone,
                     describe_quantity(series), series.source);
}

std::string plot(const carbon::Series& series) {
  const Range scale = range_of(series.values);
  return series.values.size() <= kMaxBars ? plot_bars(series, scale) : plot_days(series, scale);
}

std::string plot(const carbon::Forecast& forecast, const carbon::Series& history) {
  const bool bars = !forecast.low.empty() && forecast.mean.size() <= kMaxBars;
  return bars ? plot_interval_bars(forecast) : plot(mean_of(forecast, history));
}

TimeChart chart(const carbon::Series& series) {
  return {.title = title_of(series),
          .y_label = "gCO2eq/kWh",
          .start = series.start,
          .step = series.step,
          .lines = {{.name = series.zone.str(), .values = numbers(series.values)}},
          .band_name = {},
          .low = {},
          .high = {}};
}

TimeChart chart(const carbon::Forecast& forecast, const carbon::Series& history) {
  TimeChart chart = {.title = std::format("{}, as expected on {} by {}", title_of(history),
                                          format_time(forecast.issued), forecast.model),
                     .y_label = "gCO2eq/kWh",
                     .start = forecast.issued,
                     .step = forecast.step,
                     .lines = {{.name = "expected", .values = {}}},
                     .band_name = {},
                     .low = numbers(forecast.low),
                     .high = numbers(forecast.high)};
  chart.lines[0].values.assign(forecast.mean.size(), std::nullopt);
  const auto mean = numbers(forecast.mean);
  std::ranges::copy(mean, chart.lines[0].values.begin());
  if (!forecast.low.empty()) {
    chart.band_name = std::format("{:.0f} % interval", forecast.level * 100);
  }
  return chart;
}

}  // namespace drover::cli
