#include "cli/demo_window.h"

#include <algorithm>
#include <format>

#include "energy/baselines.h"

namespace drover::cli {
namespace {

constexpr std::size_t kMaxWindows = 183;
constexpr std::chrono::days kPeriod{365};
constexpr std::chrono::days kHistory{14};  // for the forecasters, before the first window
constexpr int kLookBack = 24;              // hours
// Sums of the same terms in another order differ by rounding.
constexpr double kRounding = 1e-9;

// One simulated window.
struct Trial {
  Instant start;
  std::size_t moves = 0;
  Carbon policy;
  Carbon immediate;
  Carbon stay;

  [[nodiscard]] bool beats(Carbon other) const {
    return policy.grams() <= other.grams() * (1 + kRounding);
  }
  // Of what immediate emits; where that is nothing there is nothing to save.
  [[nodiscard]] double saving() const { return immediate.grams() > 0 ? 1 - policy / immediate : 0; }
};

struct Period {
  Instant first;  // window starts lie in [first, last]
  Instant last;
};

Result<Period> period_of(const energy::SeriesByZone& series, int hours) {
  if (series.empty()) {
    return not_found("there is no carbon data");
  }
  auto from = series.begin()->second.start;
  auto to = series.begin()->second.end();
  for (const auto& [zone, data] : series) {
    from = std::max(from, data.start);
    to = std::min(to, data.end());
  }
  const auto last = std::chrono::floor<std::chrono::days>(to - std::chrono::hours{hours});
  const auto first = std::max<Instant>(std::chrono::ceil<std::chrono::days>(from + kHistory),
                                       last - kPeriod + std::chrono::days{1});
  if (first > last) {
    return not_found(
        std::format("the data from {} to {} has no window of {} h with 14 days before it",
                    format_time(from), format_time(to), hours));
  }
  return Period{.first = first, .last = last};
}

// Runs all three policies over windows; forecasts are shared by the windows.
class Trials {
 public:
  static Result<Trials> make(const Scenario& scenario, const energy::SeriesByZone& series,
                             const WindowWish& wish) {
    auto forecasts = SeriesForecasts::make(series, wish.forecaster);
    auto present = SeriesForecasts::make(series, "persistence");
    if (!forecasts || !present) {
      return std::unexpected(forecasts ? present.error() : forecasts.error());
    }
    return Trials(scenario, series, std::move(*forecasts), std::move(*present));
  }

  Result<Trial> run(Instant start, const WindowWish& wish) {
    scenario_.window = {.from = start, .to = start + std::chrono::hours{wish.hours}};
    scenario_.workload.node = first_node(scenario_.nodes, series_, start);
    const auto policy = simulate(scenario_, wish.policy, *forecasts_, series_);
    const auto immediate = simulate(scenario_, "immediate", *present_, series_);
    const auto stay = simulate(scenario_, "stay", *present_, series_);
    for (const auto* run : {&policy, &immediate, &stay}) {
      if (!*run) {
        return std::unexpected(run->error());
      }
    }
    return Trial{.start = start,
                 .moves = policy->placement.moves.size(),
                 .policy = policy->emissions.total(),
                 .immediate = immediate->emissions.total(),
                 .stay = stay->emissions.total()};
  }

  [[nodiscard]] bool complete(Instant start, int hours) const {
    const energy::Window window{.from = start, .to = start + std::chrono::hours{hours}};
    return energy::baselines(series_, scenario_.workload.power, window).has_value();
  }

 private:
  Trials(Scenario scenario, const energy::SeriesByZone& series,
         std::unique_ptr<SeriesForecasts> forecasts, std::unique_ptr<SeriesForecasts> present)
      : scenario_(std::move(scenario)),
        series_(series),
        forecasts_(std::move(forecasts)),
        present_(std::move(present)) {}

  Scenario scenario_;
  const energy::SeriesByZone& series_;
  std::unique_ptr<SeriesForecasts> forecasts_;
  std::unique_ptr<SeriesForecasts> present_;
};

// Evenly thinned out to kMaxWindows.
std::vector<Instant> starts_in(const Period& period, const Trials& trials, int hours) {
  std::vector<Instant> all;
  for (auto start = period.first; start <= period.last; start += std::chrono::days{1}) {
    if (trials.complete(start, hours)) {
      all.push_back(start);
    }
  }
  const auto stride = (all.size() + kMaxWindows - 1) / kMaxWindows;
  std::vector<Instant> some;
  for (std::size_t i = 0; i < all.size(); i += stride) {
    some.push_back(all[i]);
  }
  return some;
}

bool shows_all(const Trial& trial, const WindowWish& wish) {
  return trial.moves >= wish.moves && trial.beats(trial.immediate) && trial.beats(trial.stay);
}

WindowStudy study_of(const std::vector<Trial>& trials, const WindowWish& wish) {
  WindowStudy study{
      .windows = trials.size(), .first = trials.front().start, .last = trials.back().start};
  Carbon policy;
  Carbon immediate;
  for (const auto& trial : trials) {
    study.no_worse_than_immediate += trial.beats(trial.immediate) ? 1 : 0;
    study.no_worse_than_stay += trial.beats(trial.stay) ? 1 : 0;
    study.enough_moves += trial.moves >= wish.moves ? 1 : 0;
    study.all += shows_all(trial, wish) ? 1 : 0;
    policy += trial.policy;
    immediate += trial.immediate;
  }
  study.mean_saving = immediate.grams() > 0 ? 1 - policy / immediate : 0;
  return study;
}

// The median of those that show all; when there is none, the one that saves most among those with
// the most moves.
const Trial& typical(std::vector<Trial>& trials, const WindowWish& wish) {
  const auto good = std::partition(trials.begin(), trials.end(),
                                   [&](const Trial& trial) { return shows_all(trial, wish); });
  const auto by_saving = [](const Trial& a, const Trial& b) {
    return std::pair(a.saving(), a.start) < std::pair(b.saving(), b.start);
  };
  if (good != trials.begin()) {
    const auto middle = trials.begin() + (good - trials.begin()) / 2;
    std::nth_element(trials.begin(), middle, good, by_saving);
    return *middle;
  }
  return *std::ranges::max_element(trials, [](const Trial& a, const Trial& b) {
    return std::tuple(a.moves, a.saving(), a.start) < std::tuple(b.moves, b.saving(), b.start);
  });
}

}  // namespace

NodeId first_node(const std::vector<cluster::Node>& nodes, const energy::SeriesByZone& series,
                  Instant start) {
  for (int back = 1; back <= kLookBack; ++back) {
    const auto hour = start - std::chrono::hours{back};
    std::optional<std::pair<Intensity, NodeId>> best;
    bool known = true;
    for (const auto& node : nodes) {
      const auto data = series.find(node.zone);
      const auto value = data == series.end() ? std::nullopt : data->second.at(hour);
      known = known && value;
      if (value && (!best || *value < best->first)) {
        best = std::pair(*value, node.id);
      }
    }
    if (known && best) {
      return best->second;
    }
  }
  return nodes.front().id;
}

Result<WindowChoice> choose_window(const Scenario& scenario, const energy::SeriesByZone& series,
                                   const WindowWish& wish) {
  const auto period = period_of(series, wish.hours);
  auto runner = Trials::make(scenario, series, wish);
  if (!period || !runner) {
    return std::unexpected(period ? runner.error() : period.error());
  }
  std::vector<Trial> trials;
  for (const auto start : starts_in(*period, *runner, wish.hours)) {
    auto trial = runner->run(start, wish);
    if (!trial) {
      return std::unexpected(
          doing(std::format("simulating the window from {}", format_time(start)))(trial.error()));
    }
    trials.push_back(*trial);
  }
  if (trials.empty()) {
    return not_found(std::format(
        "every window of {} h in the last year of the data has an unknown hour", wish.hours));
  }
  const auto study = study_of(trials, wish);
  return WindowChoice{.start = typical(trials, wish).start, .study = study};
}

}  // namespace drover::cli
