#include "carbon/residual_ridge.h"

#include <algorithm>
#include <cmath>

#include "carbon/lead_regression.h"

namespace drover::carbon {
namespace {

constexpr std::size_t kLastDay = kWindowDays - 1;
constexpr std::size_t kWeek = 7;
constexpr std::size_t kLastHour = kHoursPerDay - 1;

bool is_weekend(std::size_t weekday) { return weekday == 0 || weekday == 6; }

// The day of the window that is a week before the target; beyond a week ahead, two weeks.
std::size_t week_before(std::size_t lead) {
  return kWindowDays - kWeek + lead / kHoursPerDay % kWeek;
}

void add_calendar(const OriginWindow& window, std::size_t lead, Features& row) {
  const std::size_t weekday = window.weekday_of(lead);
  row.add(is_weekend(weekday) ? 1 : 0);
  row.add(weekday == 0 ? 1 : 0);
}

class ResidualRidge final : public Recipe {
 public:
  [[nodiscard]] double forward(double grams, double /*level*/) const override { return grams; }
  [[nodiscard]] double back(double z, double /*level*/) const override { return std::max(z, 0.0); }
  [[nodiscard]] std::array<float, kWindowDays> day_weights() const override {
    std::array<float, kWindowDays> weights;
    weights.fill(1.0F / kWindowDays);
    return weights;
  }
  [[nodiscard]] double weight(double grams, double low, double /*level*/) const override {
    return 1 / std::max({grams, low, 1.0});
  }
  [[nodiscard]] RidgeOptions options(std::size_t /*lead*/) const override {
    return {.lambda = 60, .rounds = 1};
  }
  void add_shared(const OriginWindow& window, std::size_t /*origins*/,
                  Features& row) const override {
    for (std::size_t column = 0; column < kHoursPerDay; ++column) {
      row.add(static_cast<double>(window.residual(kLastDay, column)));
    }
    row.add(is_weekend(window.weekday) ? 1 : 0);
  }
  void add_of_lead(const OriginWindow& window, std::size_t lead, std::size_t /*origins*/,
                   Features& row) const override {
    const std::size_t column = lead % kHoursPerDay;
    row.add(static_cast<double>(window.residual(week_before(lead), column)));
    row.add(static_cast<double>(window.week[column] - window.profile[column]));
    add_calendar(window, lead, row);
  }
};

class RobustRidge final : public Recipe {
 public:
  RobustRidge() {
    for (std::size_t lead = 0; lead < decays_.size(); ++lead) {
      const auto k = static_cast<double>(lead);
      decays_[lead] = {.slow = std::pow(0.98, k), .fast = std::pow(0.9, k + 1)};
    }
  }
  // A square root stands between grams and logarithms: errors grow with the level, but a zone may
  // reach zero.
  [[nodiscard]] double forward(double grams, double level) const override {
    return std::sqrt(grams + offset(level));
  }
  [[nodiscard]] double back(double z, double level) const override {
    const double root = std::max(z, 0.0);
    return std::max(root * root - offset(level), 0.0);
  }
  [[nodiscard]] std::array<float, kWindowDays> day_weights() const override {
    constexpr double kHalfLifeDays = 10;
    std::array<float, kWindowDays> weights;
    double sum = 0;
    for (std::size_t day = 0; day < kWindowDays; ++day) {
      sum += std::exp2(-static_cast<double>(day) / kHalfLifeDays);
    }
    for (std::size_t day = 0; day < kWindowDays; ++day) {
      weights[kLastDay - day] =
          static_cast<float>(std::exp2(-static_cast<double>(day) / kHalfLifeDays) / sum);
    }
    return weights;
  }
  // An error of the root counts as error / root; times this it counts as error / grams^0.8: between
  // absolute and relative errors.
  [[nodiscard]] double weight(double grams, double /*low*/, double level) const override {
    return std::pow(grams + offset(level), 0.5 - kRelative);
  }
  [[nodiscard]] RidgeOptions options(std::size_t lead) const override {
    return {
        .lambda = std::min(100.0, 0.5 + 0.5 * static_cast<double>(lead)), .rounds = 2, .delta = 1};
  }
  void add_shared(const OriginWindow& window, std::size_t origins, Features& row) const override {
    for (const auto& [begin, end] : kLastDayParts) {
      row.add(mean_residual(window, {.day = kLastDay, .begin = begin, .end = end}));
    }
    row.add(mean_residual(window, {.day = kLastDay - 1}));
    row.add(mean_residual(window, {.day = kLastDay - 2}));
    double before = 0;
    for (std::size_t day = kWindowDays - kWeek; day < kWindowDays - 3; ++day) {
      before += mean_residual(window, {.day = day}) / 4;
    }
    row.add(before);
    row.add(is_weekend(window.weekday) ? 1 : 0);
    if (origins >= kSeasonalFrom) {
      row.add(std::cos(window.year_phase));
      row.add(std::sin(window.year_phase));
    }
  }
  void add_of_lead(const OriginWindow& window, std::size_t lead, std::size_t origins,
                   Features& row) const override {
    const std::size_t column = lead % kHoursPerDay;
    row.add(static_cast<double>(window.residual(week_before(lead), column)));
    row.add(static_cast<double>(window.week[column] - window.profile[column]));
    for (std::size_t back = 0; back < 3; ++back) {
      row.add(static_cast<double>(window.residual(kLastDay - back, column)));
    }
    add_calendar(window, lead, row);
    // What a decaying level and a quicker decaying last error would say (daily_shape.h).
    const auto level = static_cast<double>(window.last_day);
    const auto last = static_cast<double>(window.residual(kLastDay, kLastHour));
    row.add(level * decays_[lead].slow + (last - level) * decays_[lead].fast);
    if (origins >= kSeasonalFrom) {
      row.add(static_cast<double>(window.profile[column]));
    }
  }

 private:
  static constexpr double kRelative = 0.8;
  static constexpr std::size_t kSeasonalFrom = 400;  // a year must have been seen
  struct Part {
    std::size_t begin;
    std::size_t end;
  };
  // The last day, finer towards its end.
  static constexpr Part kLastDayParts[] = {{23, 24}, {22, 23}, {21, 22}, {20, 21}, {18, 20},
                                           {15, 18}, {12, 15}, {6, 12},  {0, 6}};
  struct Stretch {
    std::size_t day = 0;
    std::size_t begin = 0;
    std::size_t end = kHoursPerDay;
  };
  struct Decay {
    double slow = 0;
    double fast = 0;
  };
  std::array<Decay, kMostLeads> decays_;

  static double offset(double level) { return 0.02 * level + 1; }
  static double mean_residual(const OriginWindow& window, const Stretch& stretch) {
    double sum = 0;
    for (std::size_t column = stretch.begin; column < stretch.end; ++column) {
      sum += static_cast<double>(window.residual(stretch.day, column));
    }
    return sum / static_cast<double>(stretch.end - stretch.begin);
  }
};

}  // namespace

Learn residual_ridge() {
  return lead_regression(std::make_shared<const ResidualRidge>(), "ridge", 1.0);
}

Learn robust_ridge() {
  return lead_regression(std::make_shared<const RobustRidge>(), "robust-ridge", 1.05);
}

}  // namespace drover::carbon
