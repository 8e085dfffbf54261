#include "carbon/scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace drover::carbon {
namespace {

constexpr Duration kDay = std::chrono::hours{24};
constexpr Duration kChosen = std::chrono::hours{4};
constexpr double kGoodChoice = 1.05;

std::optional<double> share(double part, double whole) {
  return whole > 0 ? std::optional(part / whole) : std::nullopt;
}

void add_hour(const Forecast& forecast, std::size_t lead, double truth, ErrorSums& sums) {
  const double error = forecast.mean[lead].grams_per_kwh() - truth;
  ++sums.hours;
  sums.absolute += std::abs(error);
  sums.signed_sum += error;
  sums.truth += truth;
  if (truth >= kSmallestForRatio) {
    ++sums.ratio_hours;
    sums.ratios += std::abs(error) / truth;
  }
  if (lead < forecast.low.size()) {
    const double low = forecast.low[lead].grams_per_kwh();
    const double high = forecast.high[lead].grams_per_kwh();
    ++sums.interval_hours;
    sums.covered += low <= truth && truth <= high ? 1 : 0;
    sums.width += high - low;
  }
}

// Where the cheapest run of `length` values begins; the first of equals.
std::size_t cheapest(std::span<const double> values, std::size_t length) {
  std::size_t best = 0;
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t begin = 0; begin + length <= values.size(); ++begin) {
    double sum = 0;
    for (std::size_t i = begin; i < begin + length; ++i) {
      sum += values[i];
    }
    if (sum < lowest) {
      lowest = sum;
      best = begin;
    }
  }
  return best;
}

double sum_of(std::span<const double> values, std::size_t begin, std::size_t length) {
  double sum = 0;
  for (std::size_t i = begin; i < begin + length; ++i) {
    sum += values[i];
  }
  return sum;
}

// Only of a day that is known whole.
void add_choice(std::span<const double> expected, std::span<const double> truth, std::size_t length,
                ErrorSums& sums) {
  if (truth.size() < length || std::ranges::any_of(truth, [](double y) { return std::isnan(y); })) {
    return;
  }
  const double best = sum_of(truth, cheapest(truth, length), length);
  const double chosen = sum_of(truth, cheapest(expected, length), length);
  if (best <= 0) {
    return;  // a ratio to nothing
  }
  ++sums.choices;
  sums.choice_ratios += chosen / best;
  sums.good_choices += chosen <= best * kGoodChoice ? 1 : 0;
}

}  // namespace

ErrorSums& ErrorSums::operator+=(const ErrorSums& more) {
  hours += more.hours;
  absolute += more.absolute;
  signed_sum += more.signed_sum;
  truth += more.truth;
  ratio_hours += more.ratio_hours;
  ratios += more.ratios;
  interval_hours += more.interval_hours;
  covered += more.covered;
  width += more.width;
  choices += more.choices;
  choice_ratios += more.choice_ratios;
  good_choices += more.good_choices;
  return *this;
}

std::optional<double> ErrorSums::mape() const {
  return share(ratios, static_cast<double>(ratio_hours));
}
std::optional<double> ErrorSums::mae() const { return share(absolute, static_cast<double>(hours)); }
std::optional<double> ErrorSums::wape() const { return share(absolute, truth); }
std::optional<double> ErrorSums::bias() const {
  return share(signed_sum, static_cast<double>(hours));
}
std::optional<double> ErrorSums::coverage() const {
  return share(static_cast<double>(covered), static_cast<double>(interval_hours));
}
std::optional<double> ErrorSums::mean_width() const {
  return share(width, static_cast<double>(interval_hours));
}
std::optional<double> ErrorSums::rank_ratio() const {
  return share(choice_ratios, static_cast<double>(choices));
}
std::optional<double> ErrorSums::rank_within_5_percent() const {
  return share(static_cast<double>(good_choices), static_cast<double>(choices));
}

std::vector<ErrorSums> score(const Forecast& forecast, const Series& truth) {
  const auto per_day = static_cast<std::size_t>(std::max<Duration::rep>(kDay / forecast.step, 1));
  const auto length = static_cast<std::size_t>(std::max<Duration::rep>(kChosen / forecast.step, 1));
  std::vector<ErrorSums> days((forecast.mean.size() + per_day - 1) / per_day);
  for (std::size_t day = 0; day < days.size(); ++day) {
    std::vector<double> expected;
    std::vector<double> known;
    const std::size_t end = std::min((day + 1) * per_day, forecast.mean.size());
    for (std::size_t lead = day * per_day; lead < end; ++lead) {
      const auto value =
          truth.at(forecast.issued + forecast.step * static_cast<Duration::rep>(lead));
      expected.push_back(forecast.mean[lead].grams_per_kwh());
      known.push_back(value ? value->grams_per_kwh() : std::numeric_limits<double>::quiet_NaN());
      if (value) {
        add_hour(forecast, lead, known.back(), days[day]);
      }
    }
    if (known.size() == per_day) {
      add_choice(expected, known, length, days[day]);
    }
  }
  return days;
}

}  // namespace drover::carbon
