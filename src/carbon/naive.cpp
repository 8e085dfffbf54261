#include "carbon/naive.h"

#include <algorithm>
#include <format>
#include <utility>

#include "carbon/gaps.h"

namespace drover::carbon {
namespace {

constexpr Duration kOldestUsable = std::chrono::hours{24};
constexpr std::size_t kMaxLeads = 24 * 366;

std::string in_hours(Duration duration) {
  return std::format("{} h", std::chrono::duration<double, std::ratio<3600>>(duration).count());
}

Result<> check_leads(std::size_t leads) {
  return leads <= kMaxLeads ? Result<>{}
                            : invalid(std::format("{} leads asked for; a forecast has at most {}",
                                                  leads, kMaxLeads));
}

Forecast empty_forecast(const Series& known, std::string_view model) {
  return {.zone = known.zone,
          .issued = known.end(),
          .step = known.step,
          .mean = {},
          .low = {},
          .high = {},
          .model = std::string(model),
          .fallback = {}};
}

Result<Forecast> repeat_last_value(const Series& known, std::size_t leads) {
  const auto last = std::ranges::find_if(known.values.rbegin(), known.values.rend(),
                                         [](const auto& value) { return value.has_value(); });
  const Duration age = known.step * (last - known.values.rbegin());
  if (last == known.values.rend() || age >= kOldestUsable) {
    return invalid(
        std::format("zone {} has no known carbon intensity in the {} before {}; import newer data, "
                    "or leave the zone out",
                    known.zone, in_hours(kOldestUsable), format_time(known.end())));
  }
  Forecast forecast = empty_forecast(known, "persistence");
  forecast.mean.assign(leads, **last);
  if (age > Duration{0}) {
    forecast.fallback =
        std::format("the last {} are unknown, so the value before them is kept", in_hours(age));
  }
  return forecast;
}

Result<Forecast> repeat_season(const Series& known, std::size_t season, std::size_t leads,
                               std::string_view model) {
  if (known.values.size() < season) {
    return invalid(std::format("{} needs {} of history and has {}", model,
                               in_hours(known.step * static_cast<Duration::rep>(season)),
                               in_hours(known.end() - known.start)));
  }
  const Filled filled = fill_gaps(known, GapPolicy::kRecommended);
  const std::size_t first = known.values.size() - season;
  Forecast forecast = empty_forecast(known, model);
  for (std::size_t lead = 0; lead < leads; ++lead) {
    const std::size_t at = first + lead % season;
    if (!filled.series.values[at]) {
      return invalid(
          std::format("{} needs the hour {}, which is unknown", model,
                      format_time(known.start + known.step * static_cast<Duration::rep>(at))));
    }
    forecast.mean.push_back(*filled.series.values[at]);
  }
  if (const auto count = std::count(filled.imputed.end() - static_cast<std::ptrdiff_t>(season),
                                    filled.imputed.end(), true);
      count > 0) {
    forecast.fallback =
        std::format("{} of the last {} values are unknown and imputed", count, season);
  }
  return forecast;
}

// A model without parameters: what it learns is nothing.
template <class Predict>
class Parameterless final : public FittedModel {
 public:
  explicit Parameterless(Predict predict) : predict_(std::move(predict)) {}
  [[nodiscard]] Result<Forecast> predict(const History& history, std::size_t leads) const override {
    return check_leads(leads).and_then([&] { return predict_(history, leads); });
  }

 private:
  Predict predict_;
};

template <class Predict>
std::shared_ptr<const FittedModel> parameterless(Predict predict) {
  return std::make_shared<Parameterless<Predict>>(std::move(predict));
}

}  // namespace

Result<std::shared_ptr<const FittedModel>> Persistence::fit(const History& /*history*/,
                                                            std::size_t /*leads*/) const {
  return parameterless([](const History& history, std::size_t leads) {
    return repeat_last_value(history.series(), leads);
  });
}

SeasonalNaive::SeasonalNaive(Duration season, std::unique_ptr<Forecaster> simpler)
    : season_(season),
      name_(std::format("seasonal-naive-{}h",
                        std::chrono::duration_cast<std::chrono::hours>(season).count())),
      simpler_(std::move(simpler)) {}

Result<std::shared_ptr<const FittedModel>> SeasonalNaive::fit(const History& history,
                                                              std::size_t leads) const {
  return simpler_->fit(history, leads)
      .transform([this](std::shared_ptr<const FittedModel> simpler) {
        return parameterless([season = season_, name = name_, simpler = std::move(simpler)](
                                 const History& known, std::size_t count) -> Result<Forecast> {
          const Duration step = known.series().step;
          if (season % step != Duration{0}) {
            return invalid(std::format("{} needs a step that divides {}; zone {} has steps of {}",
                                       name, in_hours(season), known.series().zone,
                                       in_hours(step)));
          }
          const auto slots = static_cast<std::size_t>(season / step);
          return repeat_season(known.series(), slots, count, name).or_else([&](const Error& why) {
            return simpler->predict(known, count).transform([&](Forecast forecast) {
              say_fallback(forecast, why.what);
              return forecast;
            });
          });
        });
      });
}

}  // namespace drover::carbon
