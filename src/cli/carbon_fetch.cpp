// `drover carbon fetch`: asks the configured providers, once or until it is stopped.
#include <algorithm>
#include <format>
#include <memory>
#include <print>
#include <random>
#include <utility>

#include "base/text.h"
#include "carbon/gridapi/registry.h"
#include "cli/carbon_config.h"
#include "cli/carbon_fetch_report.h"
#include "cli/carbon_store.h"
#include "cli/carbon_verbs.h"
#include "cli/command.h"
#include "cluster/local/quantity.h"
#include "os/clock.h"
#include "os/environment.h"
#include "os/signal.h"

namespace drover::cli {
namespace {

using carbon::gridapi::FeedState;
using carbon::gridapi::Outside;
using carbon::gridapi::PolledFeed;
using carbon::gridapi::Poller;

// Time, chance and waiting that a signal ends.
class World {
 public:
  explicit World(os::SignalWaiter signals)
      : signals_(std::move(signals)),
        engine_(static_cast<std::uint64_t>(clock_.now().time_since_epoch().count())) {}

  // False as soon as a signal has come.
  bool wait(Duration span) {
    const auto signal = stopped_ ? Result<std::optional<int>>(std::nullopt) : signals_.wait(span);
    stopped_ = stopped_ || !signal || *signal;
    return !stopped_;
  }
  double chance() { return std::uniform_real_distribution<double>(0, 1)(engine_); }
  [[nodiscard]] const os::RealClock& clock() const { return clock_; }

 private:
  os::RealClock clock_;
  os::SignalWaiter signals_;
  std::mt19937_64 engine_;  // only spreads requests: no secret depends on it
  bool stopped_ = false;
};

Result<std::shared_ptr<carbon::Provider>> make_provider(const ConfiguredProvider& configured,
                                                        World& world) {
  return os::WebClient::make(configured.web).and_then([&](os::WebClient made) {
    const auto client = std::make_shared<os::WebClient>(std::move(made));
    return carbon::gridapi::make_provider(
               configured.settings,
               {.get = [client](const os::WebRequest& request) { return client->get(request); },
                .clock = &world.clock(),
                .wait = [&world](Duration span) { return world.wait(span); },
                .chance = [&world] { return world.chance(); }})
        .transform([](std::unique_ptr<carbon::Provider> provider) {
          return std::shared_ptr<carbon::Provider>(std::move(provider));
        });
  });
}

Result<> check_zones(const std::vector<PolledFeed>& feeds, const std::vector<std::string>& wanted) {
  std::vector<std::string_view> known;
  for (const auto& feed : feeds) {
    if (!std::ranges::contains(known, feed.feed.zone.str())) {
      known.emplace_back(feed.feed.zone.str());
    }
  }
  for (const auto& zone : wanted) {
    if (!std::ranges::contains(known, zone)) {
      return not_found(
          std::format("--zones: the configuration has no zone '{}'{}", zone, suggest(zone, known)));
    }
  }
  return {};
}

Result<std::vector<PolledFeed>> make_feeds(const CarbonConfig& config,
                                           const CarbonSettings& settings, World& world) {
  std::vector<PolledFeed> feeds;
  for (const auto& configured : config.providers) {
    const auto provider = make_provider(configured, world);
    if (!provider) {
      return std::unexpected(doing(configured.settings.name)(provider.error()));
    }
    for (const auto& feed : configured.feeds) {
      feeds.push_back({.feed = feed,
                       .provider_name = configured.settings.name,
                       .provider = *provider,
                       .rule = configured.rule,
                       .stored = carbon::gridapi::stored_as(configured.settings, feed)});
    }
  }
  return check_zones(feeds, settings.zones).transform([&] {
    std::erase_if(feeds, [&](const PolledFeed& feed) {
      return !settings.zones.empty() &&
             !std::ranges::contains(settings.zones, feed.feed.zone.str());
    });
    return std::move(feeds);
  });
}

void print_turn(const std::vector<FetchLine>& lines, Instant now, const CarbonSettings& settings) {
  if (!settings.json) {
    std::print("{}", fetch_text(lines, now));
  } else {
    // One turn a line for who follows them.
    constexpr int kIndent = 2;
    std::println("{}", fetch_json(lines, now).dump(settings.every.empty() ? kIndent : -1));
  }
  std::fflush(stdout);
}

// 0 when all came, 1 when some did, else the code of the first error.
Result<int> outcome(const std::vector<FetchLine>& lines, const std::optional<Error>& first) {
  const auto failed = std::ranges::count_if(
      lines, [](const FetchLine& line) { return line.status.values.failing_since.has_value(); });
  const auto expected = std::ranges::count_if(
      lines, [](const FetchLine& line) { return line.status.forecasts.failing_since.has_value(); });
  if (failed == std::ssize(lines) && first) {
    return exit_code(first->code);
  }
  return failed + expected > 0 ? kExitFailed : kExitOk;
}

std::vector<FetchLine> lines_of(const Poller& poller,
                                const std::vector<carbon::gridapi::PollOutcome>& outcomes,
                                Instant now) {
  std::vector<FetchLine> lines;
  lines.reserve(outcomes.size());
  for (const auto& one : outcomes) {
    lines.push_back({.feed = &poller.feeds()[one.feed],
                     .values = one.values,
                     .forecasts = one.forecasts,
                     .status = poller.status(one.feed),
                     .state = poller.state(one.feed, now)});
  }
  return lines;
}

std::optional<Error> first_error(const std::vector<FetchLine>& lines) {
  for (const auto& line : lines) {
    if (line.status.values.failing_since) {
      return Error{line.status.values.code, line.status.values.error};
    }
  }
  return std::nullopt;
}

Result<int> fetch_recent(Poller& poller, World& world, const CarbonSettings& settings) {
  for (;;) {
    const auto outcomes = poller.poll();
    const auto now = world.clock().now();
    const auto lines = lines_of(poller, outcomes, now);
    print_turn(lines, now, settings);
    if (settings.every.empty()) {
      return outcome(lines, first_error(lines));
    }
    const auto next = poller.next().value_or(now);
    if (!world.wait(std::max<Duration>(next - now, std::chrono::milliseconds{1}))) {
      return kExitOk;
    }
  }
}

struct Range {
  Instant from;
  Instant to;
};

Result<Range> range_of(const CarbonSettings& settings, Instant now) {
  const auto from = parse_time(settings.from).transform_error(doing("--from"));
  const auto to = settings.to.empty() ? Result<Instant>(now)
                                      : parse_time(settings.to).transform_error(doing("--to"));
  if (!from || !to) {
    return std::unexpected(!from ? from.error() : to.error());
  }
  if (*from >= *to) {
    return invalid(
        std::format("--from: {} is not before {}", format_time(*from), format_time(*to)));
  }
  return Range{.from = *from, .to = *to};
}

Result<int> fetch_range(const std::vector<PolledFeed>& feeds, carbon::Store& store, World& world,
                        const CarbonSettings& settings) {
  const auto range = range_of(settings, world.clock().now());
  if (!range) {
    return std::unexpected(range.error());
  }
  std::vector<FetchLine> lines;
  for (const auto& feed : feeds) {
    FetchLine line{.feed = &feed};
    const auto report =
        carbon::gridapi::fetch_history(feed, store, world.clock(), range->from, range->to);
    const auto now = world.clock().now();
    if (report) {
      line.values = *report;
      line.state = report->inserted + report->revised + report->unchanged > 0 ? FeedState::kOk
                                                                              : FeedState::kWaiting;
    } else {
      line.status.values = carbon::gridapi::after_failure({}, now, report.error(), {}, 0);
      line.state = FeedState::kFailing;
    }
    lines.push_back(line);
  }
  print_turn(lines, world.clock().now(), settings);
  return outcome(lines, first_error(lines));
}

Result<int> fetch(std::vector<PolledFeed> feeds, World& world, const CarbonSettings& settings) {
  return open_carbon_store(settings.store)
      .and_then([&](const std::unique_ptr<carbon::Store>& store) -> Result<int> {
        if (!settings.from.empty()) {
          return fetch_range(feeds, *store, world, settings);
        }
        Poller poller(std::move(feeds), {.store = store.get(),
                                         .clock = &world.clock(),
                                         .chance = [&] { return world.chance(); }});
        return fetch_recent(poller, world, settings);
      });
}

// --every makes the pace slower, never faster than the configuration and the provider want it.
Result<> apply_pace(std::vector<PolledFeed>& feeds, const std::string& every) {
  if (every.empty()) {
    return {};
  }
  const auto pace = cluster::local::parse_duration(every);
  if (!pace || *pace <= Duration{0}) {
    return invalid(std::format("--every: '{}' is no duration; write it as 5m or 1h", every));
  }
  for (auto& feed : feeds) {
    feed.rule.every = std::max(feed.rule.every, *pace);
    if (feed.rule.forecast_every > Duration{0}) {
      feed.rule.forecast_every = std::max(feed.rule.forecast_every, *pace);
    }
  }
  return {};
}

}  // namespace

Result<int> run_carbon_fetch(const CarbonSettings& settings) {
  const auto config = load_carbon_config(
      settings.config, [](const std::string& name) { return os::environment(name); });
  if (!config) {
    return std::unexpected(config.error());
  }
  auto signals = os::SignalWaiter::for_termination();
  if (!signals) {
    return std::unexpected(signals.error());
  }
  World world(*std::move(signals));
  auto feeds = make_feeds(*config, settings, world);
  if (!feeds) {
    return std::unexpected(feeds.error());
  }
  return apply_pace(*feeds, settings.every).and_then([&] {
    return fetch(std::move(*feeds), world, settings);
  });
}

}  // namespace drover::cli
