#include <algorithm>
#include <format>
#include <memory>
#include <optional>
#include <print>
#include <string>

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

// What is known of the zone in a stretch, from the store or made up.
Result<Series> load(const CarbonSettings& settings, const Window& window) {
  const auto scope = scope_of(settings);
  if (!scope) {
    return std::unexpected(scope.error());
  }
  if (settings.synthetic) {
    return carbon::synthetic_series({.zone = ZoneId{settings.zone},
                                     .from = window.from,
                                     .to = window.to,
                                     .seed = settings.seed,
                                     .scope = *scope});
  }
  return open_existing_carbon_store(settings.store)
      .and_then([&](const std::unique_ptr<carbon::Store>& store) {
        return store->read(
            {.zone = ZoneId{settings.zone}, .scope = *scope, .from = window.from, .to = window.to});
      });
}

// What the store's data of the zone span.
Result<Window> extent_of(const CarbonSettings& settings, carbon::Scope scope) {
  return open_existing_carbon_store(settings.store)
      .and_then([&](const std::unique_ptr<carbon::Store>& store) -> Result<Window> {
        const auto zones = store->zones();
        if (!zones) {
          return std::unexpected(zones.error());
        }
        for (const auto& summary : *zones) {
          if (summary.zone.str() == settings.zone && summary.scope == scope &&
              summary.kind == carbon::Kind::kAverage) {
            return Window{.from = summary.first, .to = summary.last_end};
          }
        }
        // Nothing there: reading says so, and what is known instead.
        return store->read({.zone = ZoneId{settings.zone}, .scope = scope, .from = {}, .to = {}})
            .transform([](const Series& none) { return Window{none.start, none.end()}; });
      });
}

// Where --to is not given: two days of the synthetic grid, or up to the end of the store's data.
Result<Window> default_window(const CarbonSettings& settings, std::optional<Instant> from) {
  if (settings.synthetic) {
    return from ? Result<Window>(Window{.from = *from, .to = *from + kShownByDefault})
                : invalid("the synthetic grid has no end; say --from and --to");
  }
  return scope_of(settings)
      .and_then([&](carbon::Scope scope) { return extent_of(settings, scope); })
      .transform([&](const Window& extent) {
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

Result<carbon::Forecast> make_forecast(const CarbonSettings& settings, const Series& history,
                                       Instant issued) {
  const Duration ahead = std::chrono::hours{settings.hours};  // a last step begun counts
  const auto leads = static_cast<std::size_t>((ahead + history.step - Duration{1}) / history.step);
  return carbon::make_forecaster(settings.model)
      .transform_error(doing("--model"))
      .and_then([&](const std::unique_ptr<carbon::Forecaster>& model) {
        return carbon::issue_forecast(*model, history, issued, leads);
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
  const auto issued = time_of(settings.from, "--at");
  if (!issued) {
    return std::unexpected(issued.error());
  }
  const Instant begin = settings.synthetic ? std::max(*issued - kHistory, carbon::kSyntheticBegin)
                                           : *issued - kHistory;
  const auto history = load(settings, {.from = begin, .to = *issued});
  if (!history) {
    return std::unexpected(history.error());
  }
  return make_forecast(settings, *history, *issued)
      .and_then([&](const carbon::Forecast& forecast) {
        return draw(settings, [&] { return chart(forecast, *history); }).transform([&] {
          return forecast;
        });
      })
      .transform([&](const carbon::Forecast& forecast) -> int {
        if (settings.json) {
          std::println("{}", to_json(forecast, *history).dump(2));
        } else {
          print_forecast(forecast, *history);
        }
        return kExitOk;
      });
}

}  // namespace drover::cli
