#include <algorithm>
#include <format>
#include <memory>
#include <optional>
#include <print>
#include <string>

#include "carbon/known.h"
#include "carbon/registry.h"
#include "carbon/synthetic.h"
#include "cli/carbon_json.h"
#include "cli/carbon_plot.h"
#include "cli/carbon_store.h"
#include "cli/carbon_verbs.h"
#include "cli/command.h"
#include "energy/emissions.h"

namespace drover::cli {
namespace {

using carbon::Series;
using energy::Window;

constexpr Duration kShownByDefault = std::chrono::hours{48};
constexpr Duration kHistory = std::chrono::days{800};  // more than any model looks back

Result<Instant> time_of(const std::string& text, std::string_view option) {
  return parse_time(text).transform_error(doing(std::string(option)));
}

// Which series of the store is meant.
Result<carbon::SeriesQuery> meant(const CarbonSettings& settings) {
  const auto scope = scope_of(settings);
  const auto basis = basis_of(settings);
  if (!scope || !basis) {
    return std::unexpected(scope ? basis.error() : scope.error());
  }
  return carbon::SeriesQuery{.zone = ZoneId{settings.zone},
                             .scope = *scope,
                             .basis = *basis,
                             .source = settings.source,
                             .from = {},
                             .to = {}};
}

Result<Series> synthetic(const CarbonSettings& settings, const Window& window) {
  return scope_of(settings).and_then([&](carbon::Scope scope) {
    return carbon::synthetic_series({.zone = ZoneId{settings.zone},
                                     .from = window.from,
                                     .to = window.to,
                                     .seed = settings.seed,
                                     .scope = scope});
  });
}

// What is known of the zone in a stretch, from the store or made up.
Result<Series> load(const CarbonSettings& settings, const Window& window) {
  if (settings.synthetic) {
    return synthetic(settings, window);
  }
  auto what = meant(settings);
  const auto store = open_existing_carbon_store(settings.store);
  if (!what || !store) {
    return std::unexpected(what ? store.error() : what.error());
  }
  what->from = window.from;
  what->to = window.to;
  return (*store)->read(*what);
}

// What the store's data of the zone span.
Result<Window> extent_of(carbon::Store& store, const carbon::SeriesQuery& what) {
  return store.zones().and_then([&](const std::vector<carbon::ZoneSummary>& known) {
    return carbon::choose_series(what, known).transform([&](std::size_t chosen) {
      return Window{.from = known[chosen].first, .to = known[chosen].last_end};
    });
  });
}

Result<Window> extent_of(const CarbonSettings& settings) {
  const auto what = meant(settings);
  const auto store = open_existing_carbon_store(settings.store);
  if (!what || !store) {
    return std::unexpected(what ? store.error() : what.error());
  }
  return extent_of(**store, *what);
}

// Where --to is not given: two days of the synthetic grid, or up to the end of the store's data.
Result<Window> default_window(const CarbonSettings& settings, std::optional<Instant> from) {
  if (settings.synthetic) {
    return from ? Result<Window>(Window{.from = *from, .to = *from + kShownByDefault})
                : invalid("the synthetic grid has no end; say --from and --to");
  }
  return extent_of(settings).transform([&](const Window& extent) {
    const Instant begin = std::max(extent.from, extent.to - kShownByDefault);
    return Window{.from = from.value_or(begin), .to = extent.to};
  });
}

Result<Window> window_of(const CarbonSettings& settings) {
  std::optional<Instant> from;
  if (!settings.from.empty()) {
    const auto parsed = time_of(settings.from, "--from");
    if (!parsed) {
      return std::unexpected(parsed.error());
    }
    from = *parsed;
  }
  if (settings.to.empty()) {
    return default_window(settings, from);
  }
  return time_of(settings.to, "--to").transform([&](Instant to) {
    return Window{.from = from.value_or(to - kShownByDefault), .to = to};
  });
}

void print_forecast(const carbon::Forecast& forecast, const Series& history) {
  std::print("{}forecast by {} issued {}\n", plot_title(history), forecast.model,
             format_time(forecast.issued));
  if (!forecast.fallback.empty()) {
    std::println("note: {}", forecast.fallback);
  }
  std::print("{}", plot(forecast, history));
}

// Before anything is printed: a plot that cannot be written is an error like any other.
template <class Drawn>
Result<> draw(const CarbonSettings& settings, const Drawn& make) {
  return settings.plot.empty()
             ? Result<>{}
             : write_chart(make(), settings.plot).transform_error(doing("--plot"));
}

// Of the store as it was known then; without --at all that it knows now, up to the data's end.
Result<carbon::History> stored_history(const CarbonSettings& settings) {
  auto what = meant(settings);
  const auto store = open_existing_carbon_store(settings.store);
  if (!what || !store) {
    return std::unexpected(what ? store.error() : what.error());
  }
  if (settings.from.empty()) {
    return extent_of(**store, *what).and_then([&](const Window& extent) {
      return carbon::history_before(**store, *what, extent.to);
    });
  }
  return time_of(settings.from, "--at").and_then([&](Instant issued) {
    what->known_at = issued;
    return carbon::history_before(**store, *what, issued);
  });
}

Result<carbon::History> history_of(const CarbonSettings& settings) {
  if (!settings.synthetic) {
    return stored_history(settings);
  }
  if (settings.from.empty()) {
    return invalid("the synthetic grid has no end; say the issue time: --at TIME");
  }
  return time_of(settings.from, "--at").and_then([&](Instant issued) {
    const Instant begin = std::max(issued - kHistory, carbon::kSyntheticBegin);
    return synthetic(settings, {.from = begin, .to = issued}).and_then([&](const Series& known) {
      return carbon::History::before(known, issued);
    });
  });
}

Result<carbon::Forecast> make_forecast(const CarbonSettings& settings,
                                       const carbon::History& history) {
  const Duration ahead = std::chrono::hours{settings.hours};  // a last step begun counts
  const Duration step = history.series().step;
  const auto leads = static_cast<std::size_t>((ahead + step - Duration{1}) / step);
  return carbon::make_forecaster(settings.model)
      .transform_error(doing("--model"))
      .and_then([&](const std::unique_ptr<carbon::Forecaster>& model) {
        return model->predict(history, leads);
      });
}

}  // namespace

Result<int> run_carbon_show(const CarbonSettings& settings) {
  return window_of(settings)
      .and_then([&](const Window& window) { return load(settings, window); })
      .and_then([&](const Series& series) {
        return draw(settings, [&] { return chart(series); }).transform([&] { return series; });
      })
      .transform([&](const Series& series) -> int {
        if (settings.json) {
          std::println("{}", to_json(series).dump(2));
        } else {
          std::print("{}{}", plot_title(series), plot(series));
        }
        return kExitOk;
      });
}

Result<int> run_carbon_forecast(const CarbonSettings& settings) {
  const auto history = history_of(settings);
  if (!history) {
    return std::unexpected(history.error());
  }
  const Series& known = history->series();
  return make_forecast(settings, *history)
      .and_then([&](const carbon::Forecast& forecast) {
        return draw(settings, [&] { return chart(forecast, known); }).transform([&] {
          return forecast;
        });
      })
      .transform([&](const carbon::Forecast& forecast) -> int {
        if (settings.json) {
          std::println("{}", to_json(forecast, known).dump(2));
        } else {
          print_forecast(forecast, known);
        }
        return kExitOk;
      });
}

}  // namespace drover::cli
