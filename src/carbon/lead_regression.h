// One regression per lead on what is known at the issue, as residuals to a daily profile. What
// tells two such models apart is a Recipe; the two of drover are in residual_ridge.h.
//
// Origins are the past moments at the hour of day, a day apart. At origin o the window is
// the 28 days before o: z[d][c] of day d (27 is the last) and column c, the c-th hour after the
// issue's hour of day. P[c] is a weighted mean over the days, R[d][c] = z[d][c] - P[c]. The model
// of lead k predicts z(o + k) - P[k mod 24] from features of the window and of the calendar.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "carbon/hourly_model.h"
#include "carbon/regression.h"

namespace drover::carbon {

inline constexpr std::size_t kWindowDays = 28;
inline constexpr std::size_t kMostLeads = 7 * kHoursPerDay;
inline constexpr std::size_t kWindowHours = kWindowDays * kHoursPerDay;

// What is known at one origin.
struct OriginWindow {
  const float* begin = nullptr;             // z[0][0]
  std::array<float, kHoursPerDay> profile;  // P
  std::array<float, kHoursPerDay> week;     // plain mean over the last seven days
  float last_day = 0;                       // mean residual of the last day
  std::size_t hour_of_day = 0;
  std::size_t weekday = 0;  // 0 is Sunday
  double year_phase = 0;    // angle of the day of the year

  [[nodiscard]] float value(std::size_t day, std::size_t column) const {
    return begin[day * kHoursPerDay + column];
  }
  [[nodiscard]] float residual(std::size_t day, std::size_t column) const {
    return value(day, column) - profile[column];
  }
  [[nodiscard]] std::size_t weekday_of(std::size_t lead) const {
    return (weekday + (hour_of_day + lead) / kHoursPerDay) % 7;
  }
};

// A row of features, filled from the front.
class Features {
 public:
  void add(double value) { values_[count_++] = static_cast<float>(value); }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] float operator[](std::size_t index) const { return values_[index]; }

 private:
  static constexpr std::size_t kMost = 40;
  std::array<float, kMost> values_;
  std::size_t count_ = 0;
};

// Pure; thread-safe.
class Recipe {
 public:
  virtual ~Recipe() = default;
  // From g/kWh to what is regressed on, and back. `level` is the mean of the known hours.
  [[nodiscard]] virtual double forward(double grams, double level) const = 0;
  [[nodiscard]] virtual double back(double z, double level) const = 0;
  // How much the days of a window count in P, the oldest first; they sum to 1.
  [[nodiscard]] virtual std::array<float, kWindowDays> day_weights() const = 0;
  // How much a target of so many g/kWh counts. `low` is the 5th percentile of the lead's targets.
  [[nodiscard]] virtual double weight(double grams, double low, double level) const = 0;
  [[nodiscard]] virtual RidgeOptions options(std::size_t lead) const = 0;
  // Features that all leads share, then those of one lead. `origins` is how many are learnt from.
  virtual void add_shared(const OriginWindow& window, std::size_t origins, Features& row) const = 0;
  virtual void add_of_lead(const OriginWindow& window, std::size_t lead, std::size_t origins,
                           Features& row) const = 0;
};

// Learns from at most 730 origins; kInvalid with fewer than 60 or an unknown last day. Intervals
// come from errors of rows left out in blocks, pooled over neighbouring leads, times `widening`.
// Leads of the eighth day and later take the model of that hour of the seventh.
Learn lead_regression(std::shared_ptr<const Recipe> recipe, std::string name, double widening);

}  // namespace drover::carbon
