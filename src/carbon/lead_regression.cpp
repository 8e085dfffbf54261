#include "carbon/lead_regression.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <numbers>
#include <utility>

#include "carbon/conformal.h"

namespace drover::carbon {
namespace {

constexpr std::size_t kFewestOrigins = 60;
constexpr std::size_t kMostOrigins = 730;
constexpr std::size_t kWeek = 7;
constexpr std::size_t kBlock = 32;  // rows left out at once: longer than the weather remembers
constexpr std::size_t kBlocks = 6;  // so that intervals are of the last half year
constexpr double kDaysPerYear = 365.25;

// The last known hours in a row, without holes: what even the gap policy leaves unknown is the mean
// of that hour of day over the 28 days before, or else the hour before. Only for features.
std::vector<double> completed(const Hours& known) {
  std::vector<double> values = known.filled;
  const auto first = std::ranges::find_if(values, [](double y) { return !std::isnan(y); });
  for (auto i = static_cast<std::size_t>(first - values.begin()); i < values.size(); ++i) {
    if (!std::isnan(values[i])) {
      continue;
    }
    double sum = 0;
    double count = 0;
    for (std::size_t back = kHoursPerDay; back <= std::min(i, kWindowHours); back += kHoursPerDay) {
      if (!std::isnan(values[i - back])) {
        sum += values[i - back];
        count += 1;
      }
    }
    values[i] = count > 0 ? sum / count : values[i - 1];
  }
  return values;
}

// Where the completed hours begin.
std::size_t first_known(const std::vector<double>& values) {
  const auto first = std::ranges::find_if(values, [](double y) { return !std::isnan(y); });
  return static_cast<std::size_t>(first - values.begin());
}

double level_of(const Hours& known) {
  double sum = 0;
  double count = 0;
  for (std::size_t i = known.size() - std::min(known.size(), kMostOrigins * kHoursPerDay);
       i < known.size(); ++i) {
    if (!std::isnan(known.filled[i])) {
      sum += known.filled[i];
      count += 1;
    }
  }
  return count > 0 ? sum / count : 0;
}

std::vector<float> transformed(const std::vector<double>& values, const Recipe& recipe,
                               double level) {
  std::vector<float> z;
  z.reserve(values.size());
  for (const double value : values) {
    z.push_back(static_cast<float>(recipe.forward(value, level)));
  }
  return z;
}

// The angle of the day that the hour lies in, from 1 January on.
double year_phase(const Hours& hours, std::size_t index) {
  const auto at = std::chrono::sys_time<std::chrono::hours>(
      std::chrono::hours{hours.first + static_cast<std::int64_t>(index)});
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const auto year = std::chrono::year_month_day(day).year();
  const auto since = day - std::chrono::sys_days(year / std::chrono::January / 1);
  return 2 * std::numbers::pi * static_cast<double>(since.count() + 1) / kDaysPerYear;
}

// The window that ends at `origin`, an index into `hours` and z.
OriginWindow window_at(const Hours& hours, const std::vector<float>& z, std::size_t origin,
                       const std::array<float, kWindowDays>& day_weights) {
  OriginWindow window = {.begin = z.data() + origin - kWindowHours,
                         .profile = {},
                         .week = {},
                         .hour_of_day = hours.hour_of_day(origin),
                         .weekday = hours.weekday(origin),
                         .year_phase = year_phase(hours, origin)};
  for (std::size_t day = 0; day < kWindowDays; ++day) {
    for (std::size_t column = 0; column < kHoursPerDay; ++column) {
      window.profile[column] += day_weights[day] * window.value(day, column);
      if (day >= kWindowDays - kWeek) {
        window.week[column] += window.value(day, column) / kWeek;
      }
    }
  }
  for (std::size_t column = 0; column < kHoursPerDay; ++column) {
    window.last_day += window.residual(kWindowDays - 1, column) / kHoursPerDay;
  }
  return window;
}

struct LeadModel {
  LinearFit fit;
  double low = 0;  // what to add to z
  double high = 0;
};

// What is learnt, and what predicting needs of it.
class LeadModels final : public HourlyModel {
 public:
  LeadModels(std::shared_ptr<const Recipe> recipe, std::string name, double level,
             std::size_t origins, std::vector<LeadModel> models)
      : recipe_(std::move(recipe)),
        name_(std::move(name)),
        level_(level),
        origins_(origins),
        models_(std::move(models)) {}

  [[nodiscard]] Result<HourlyForecast> predict(const Hours& known,
                                               std::size_t leads) const override {
    constexpr std::size_t kSeen = 2 * kWindowHours;  // one window, and what completes it
    const auto recent = known.after(known.size() - std::min(known.size(), kSeen));
    const auto values = completed(recent);
    if (values.size() < first_known(values) + kWindowHours) {
      return invalid(std::format("{} needs the last {} days and has {} hours of them", name_,
                                 kWindowDays, values.size() - first_known(values)));
    }
    if (leads > models_.size() && models_.size() < kMostLeads) {
      return invalid(std::format("{} was fitted for {} leads, and {} are asked for", name_,
                                 models_.size(), leads));
    }
    const auto z = transformed(values, *recipe_, level_);
    const auto window = window_at(recent, z, recent.size(), recipe_->day_weights());
    HourlyForecast forecast;
    for (std::size_t lead = 0; lead < leads; ++lead) {
      const std::size_t model =
          lead < kMostLeads ? lead : kMostLeads - kHoursPerDay + lead % kHoursPerDay;
      add(window, model, models_[model], forecast);
    }
    return forecast;
  }

 private:
  void add(const OriginWindow& window, std::size_t lead, const LeadModel& model,
           HourlyForecast& forecast) const {
    Features row;
    recipe_->add_shared(window, origins_, row);
    recipe_->add_of_lead(window, lead, origins_, row);
    double z = model.fit.intercept + static_cast<double>(window.profile[lead % kHoursPerDay]);
    for (std::size_t j = 0; j < row.count(); ++j) {
      z += model.fit.slopes[j] * static_cast<double>(row[j]);
    }
    forecast.mean.push_back(recipe_->back(z, level_));
    forecast.low.push_back(recipe_->back(z + model.low, level_));
    forecast.high.push_back(recipe_->back(z + model.high, level_));
  }

  std::shared_ptr<const Recipe> recipe_;
  std::string name_;
  double level_;
  std::size_t origins_;
  std::vector<LeadModel> models_;
};

// The rows to learn from, the newest origin first.
class Training {
 public:
  Training(const Hours& known, const Recipe& recipe, std::size_t first)
      : known_(known), recipe_(recipe), level_(level_of(known)) {
    z_ = transformed(completed(known), recipe, level_);
    const auto day_weights = recipe.day_weights();
    for (std::size_t origin = known.size() - kHoursPerDay;
         origin >= first + kWindowHours && windows_.size() < kMostOrigins; origin -= kHoursPerDay) {
      windows_.push_back(window_at(known, z_, origin, day_weights));
    }
    for (const auto& window : windows_) {
      recipe.add_shared(window, windows_.size(), shared_.emplace_back());
    }
    shared_columns_.resize(shared_.front().count());
    for (std::size_t j = 0; j < shared_columns_.size(); ++j) {
      for (const auto& row : shared_) {
        shared_columns_[j].push_back(row[j]);
      }
    }
  }

  [[nodiscard]] std::size_t origins() const { return windows_.size(); }
  [[nodiscard]] double level() const { return level_; }

  [[nodiscard]] LinearFit fit(std::size_t lead) const {
    const auto targets = targets_of(lead);
    std::vector<Features> own(origins());
    for (std::size_t i = 0; i < origins(); ++i) {
      recipe_.add_of_lead(windows_[i], lead, origins(), own[i]);
    }
    const std::size_t shared = shared_.front().count();
    Columns columns(origins(), shared + own.front().count() + kFitColumns);
    for (std::size_t j = 0; j < shared; ++j) {
      std::ranges::copy(shared_columns_[j], columns.column(j).begin());
    }
    for (std::size_t j = 0; j < own.front().count(); ++j) {
      const auto column = columns.column(shared + j);
      for (std::size_t i = 0; i < own.size(); ++i) {
        column[i] = own[i][j];
      }
    }
    RidgeOptions options = recipe_.options(lead);
    options.block = kBlock;
    options.blocks = kBlocks;
    return fit_ridge(columns, targets.residuals, targets.weights, options);
  }

 private:
  struct Targets {
    std::vector<float> residuals;
    std::vector<float> weights;  // 0: not known at the issue
  };

  // Where the target of a row stands; beyond the end when it lies ahead.
  [[nodiscard]] std::size_t place(std::size_t row, std::size_t lead) const {
    return known_.size() - (row + 1) * kHoursPerDay + lead;
  }

  // g/kWh of the target of a row; NaN when it lies ahead or is unknown. A filled hour is no target.
  [[nodiscard]] double target(std::size_t row, std::size_t lead) const {
    const std::size_t at = place(row, lead);
    return at < known_.size() ? known_.values[at] : std::nan("");
  }

  [[nodiscard]] double low_of(std::size_t lead) const {
    constexpr std::size_t kTwentieth = 20;
    std::vector<double> all;
    for (std::size_t row = 0; row < origins(); ++row) {
      if (const double grams = target(row, lead); !std::isnan(grams)) {
        all.push_back(grams);
      }
    }
    if (all.empty()) {
      return 0;
    }
    const auto place = all.begin() + static_cast<std::ptrdiff_t>(all.size() / kTwentieth);
    std::ranges::nth_element(all, place);
    return *place;
  }

  [[nodiscard]] Targets targets_of(std::size_t lead) const {
    Targets targets{.residuals = std::vector<float>(origins()),
                    .weights = std::vector<float>(origins())};
    const double low = low_of(lead);
    for (std::size_t row = 0; row < origins(); ++row) {
      const double grams = target(row, lead);
      if (!std::isnan(grams)) {
        targets.residuals[row] = z_[place(row, lead)] - windows_[row].profile[lead % kHoursPerDay];
        targets.weights[row] = static_cast<float>(recipe_.weight(grams, low, level_));
      }
    }
    return targets;
  }

  const Hours& known_;
  const Recipe& recipe_;
  double level_;
  std::vector<float> z_;
  std::vector<OriginWindow> windows_;
  std::vector<Features> shared_;
  std::vector<std::vector<float>> shared_columns_;  // the same, column by column
};

std::vector<LeadModel> fit_all(const Training& training, std::size_t leads, double widening) {
  std::vector<LeadModel> models(leads);
  std::vector<std::vector<double>> errors(leads);
  for (std::size_t lead = 0; lead < leads; ++lead) {
    models[lead].fit = training.fit(lead);
    for (const float error : models[lead].fit.left_out_errors) {
      if (!std::isnan(error)) {
        errors[lead].push_back(static_cast<double>(error));
      }
    }
    models[lead].fit.left_out_errors = {};
  }
  const Band band = conformal_band(std::move(errors), kIntervalLevel);
  for (std::size_t lead = 0; lead < band.low.size(); ++lead) {
    models[lead].low = band.low[lead] * widening;
    models[lead].high = band.high[lead] * widening;
  }
  return models;
}

Result<> check_enough(const Hours& known, std::size_t first, std::string_view name) {
  const std::size_t end = known.size();
  const bool recent =
      end >= kHoursPerDay && std::any_of(known.values.end() - kHoursPerDay, known.values.end(),
                                         [](double y) { return !std::isnan(y); });
  if (!recent) {
    return invalid(std::format("{} needs a known hour among the last 24", name));
  }
  const std::size_t needed = kWindowHours + kFewestOrigins * kHoursPerDay;
  return end - first >= needed
             ? Result<>{}
             : invalid(std::format("{} needs {} days of history and has {}", name,
                                   needed / kHoursPerDay, (end - first) / kHoursPerDay));
}

}  // namespace

Learn lead_regression(std::shared_ptr<const Recipe> recipe, std::string name, double widening) {
  return [recipe = std::move(recipe), name = std::move(name), widening](
             const Hours& all, std::size_t leads) -> Result<std::shared_ptr<const HourlyModel>> {
    constexpr std::size_t kSeen = (kMostOrigins + kWindowDays) * kHoursPerDay + kWindowHours;
    const Hours known = all.after(all.size() - std::min(all.size(), kSeen));
    const std::size_t first = first_known(known.filled);
    return check_enough(known, first, name).transform([&] {
      const Training training(known, *recipe, first);
      auto models = fit_all(training, std::min(leads, kMostLeads), widening);
      return std::make_shared<const LeadModels>(recipe, name, training.level(), training.origins(),
                                                std::move(models));
    });
  };
}

}  // namespace drover::carbon
