#include "carbon/conformal.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace drover::carbon {
namespace {

constexpr int kIssues = 120;
constexpr double kRounding = 1e-9;
constexpr Duration kDay = std::chrono::hours{24};
constexpr Duration kSeen = std::chrono::days{35};  // as much as any such model looks back

// Leads next to each other err alike; pooling them makes the quantiles of few issues steadier.
std::vector<double> pooled(const std::vector<std::vector<double>>& errors, std::size_t lead) {
  std::vector<double> all;
  const std::size_t end = std::min(lead + 2, errors.size());
  for (std::size_t i = lead - std::min<std::size_t>(lead, 1); i < end; ++i) {
    all.insert(all.end(), errors[i].begin(), errors[i].end());
  }
  return all;
}

struct Pair {
  double low = 0;
  double high = 0;
};

// The values of two ranks (from 1; the first not above the second) among the errors.
Pair at_ranks(std::vector<double> errors, Pair ranks) {
  const double last = static_cast<double>(errors.size());
  const auto place = [&](double rank) {
    return errors.begin() + static_cast<std::ptrdiff_t>(std::clamp(rank, 1.0, last)) - 1;
  };
  std::nth_element(errors.begin(), place(ranks.low), errors.end());
  const double low = *place(ranks.low);
  std::nth_element(place(ranks.low), place(ranks.high), errors.end());
  return {.low = low, .high = *place(ranks.high)};
}

class Calibrated final : public FittedModel {
 public:
  Calibrated(std::shared_ptr<const FittedModel> model, Band band)
      : model_(std::move(model)), band_(std::move(band)) {}
  [[nodiscard]] Result<Forecast> predict(const History& history, std::size_t leads) const override {
    return model_->predict(history, leads).transform([&](Forecast forecast) {
      if (forecast.low.empty() && band_.low.size() >= leads) {
        for (std::size_t lead = 0; lead < leads; ++lead) {
          const double mean = forecast.mean[lead].grams_per_kwh();
          forecast.low.push_back(Intensity::grams_per_kwh(std::max(mean + band_.low[lead], 0.0)));
          forecast.high.push_back(Intensity::grams_per_kwh(mean + band_.high[lead]));
        }
        forecast.level = kIntervalLevel;
      }
      return forecast;
    });
  }

 private:
  std::shared_ptr<const FittedModel> model_;
  Band band_;
};

class CalibratedForecaster final : public Forecaster {
 public:
  explicit CalibratedForecaster(std::unique_ptr<Forecaster> model) : model_(std::move(model)) {}
  [[nodiscard]] std::string_view name() const override { return model_->name(); }
  [[nodiscard]] Result<std::shared_ptr<const FittedModel>> fit(const History& history,
                                                               std::size_t leads) const override {
    return model_->fit(history, leads).transform([&](std::shared_ptr<const FittedModel> fitted) {
      return std::make_shared<const Calibrated>(
          std::move(fitted), conformal_band(past_errors(history, leads), kIntervalLevel));
    });
  }

 private:
  [[nodiscard]] std::vector<std::vector<double>> past_errors(const History& history,
                                                             std::size_t leads) const {
    std::vector<std::vector<double>> errors(leads);
    for (int back = 1; back <= kIssues; ++back) {
      const Instant issued = history.issued() - kDay * back;
      if (issued <= history.series().start) {
        break;
      }
      collect(history, issued, errors);
    }
    return errors;
  }

  void collect(const History& history, Instant issued,
               std::vector<std::vector<double>>& errors) const {
    const auto seen =
        slice(history.series(), std::max(issued - kSeen, history.series().start), issued)
            .and_then([&](const Series& known) { return History::before(known, issued); });
    const auto forecast =
        seen.and_then([&](const History& past) { return model_->predict(past, errors.size()); });
    for (std::size_t lead = 0; forecast && lead < errors.size(); ++lead) {
      const auto truth =
          history.series().at(issued + forecast->step * static_cast<Duration::rep>(lead));
      if (truth) {
        errors[lead].push_back((*truth - forecast->mean[lead]).grams_per_kwh());
      }
    }
  }

  std::unique_ptr<Forecaster> model_;
};

}  // namespace

Band conformal_band(std::vector<std::vector<double>> errors_by_lead, double level) {
  const double tail = (1 - level) / 2;
  Band band;
  double low = 0;
  double high = 0;
  bool any = false;
  for (std::size_t lead = 0; lead < errors_by_lead.size(); ++lead) {
    auto errors = pooled(errors_by_lead, lead);
    if (errors.size() >= 2) {
      const double n = static_cast<double>(errors.size()) + 1;
      // ceil((1 - tail) n) = n - floor(tail n), safe from 0.95 being a little more than that.
      const double rank = std::floor(tail * n + kRounding);
      const Pair found = at_ranks(std::move(errors), {.low = rank, .high = n - rank});
      low = std::min(found.low, 0.0);
      high = std::max(found.high, 0.0);
      any = true;
    }
    band.low.push_back(low);
    band.high.push_back(high);
  }
  return any ? band : Band{};
}

std::unique_ptr<Forecaster> with_intervals(std::unique_ptr<Forecaster> model) {
  return std::make_unique<CalibratedForecaster>(std::move(model));
}

}  // namespace drover::carbon
