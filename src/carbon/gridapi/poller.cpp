#include "carbon/gridapi/poller.h"

#include <algorithm>
#include <format>
#include <utility>

namespace drover::carbon::gridapi {
namespace {

Error named(const PolledFeed& feed, Error error) {
  error.what =
      std::format("storing zone {} of {}: {}", feed.feed.zone, feed.provider_name, error.what);
  return error;
}

// The newest value of the last two days that are stored; nothing where it cannot be said which
// series is meant.
std::optional<LastValue> last_of(Store& store, SeriesQuery query,
                                 const std::vector<ZoneSummary>& known) {
  const auto chosen = choose_series(query, known);
  if (!chosen) {
    return std::nullopt;
  }
  query.to = known[*chosen].last_end;
  query.from = std::max(known[*chosen].first, query.to - std::chrono::days{2});
  const auto series = store.read(query);
  return series ? newest(*series) : std::nullopt;
}

}  // namespace

Poller::Poller(std::vector<PolledFeed> feeds, Ports ports)
    : feeds_(std::move(feeds)), status_(feeds_.size()), ports_(std::move(ports)) {
  remember();
}

// A store that cannot be read says so when it is written to.
void Poller::remember() {
  const auto known = ports_.store->zones();
  for (std::size_t i = 0; known && i < feeds_.size(); ++i) {
    if (const auto& stored = feeds_[i].stored) {
      status_[i].last = last_of(*ports_.store, *stored, *known);
    }
  }
}

void Poller::poll_values(PollOutcome& outcome) {
  const auto& feed = feeds_[outcome.feed];
  auto& status = status_[outcome.feed];
  const auto begun = ports_.clock->now();
  auto data = feed.provider->recent(feed.feed, begun);
  const auto now = ports_.clock->now();
  const auto written = std::move(data).and_then([&](ProviderData got) {
    for (Series& series : got.series) {
      series.issued = now;
      if (const auto last = newest(series);
          last && (!status.last || last->end >= status.last->end)) {
        status.last = last;
      }
    }
    return ports_.store->write(got.series, now).transform_error([&](Error error) {
      return named(feed, std::move(error));
    });
  });
  if (written) {
    outcome.values = *written;
    status.values = after_success(status.values, now, feed.rule.every, ports_.chance());
  } else {
    status.values = after_failure(status.values, now, written.error(), feed.rule.after_failures,
                                  ports_.chance());
  }
}

void Poller::poll_forecast(PollOutcome& outcome) {
  const auto& feed = feeds_[outcome.feed];
  auto& status = status_[outcome.feed];
  auto data = feed.provider->forecast(feed.feed, ports_.clock->now());
  const auto now = ports_.clock->now();
  const auto written = std::move(data).and_then([&](const ProviderData& got) {
    for (const ProviderForecast& forecast : got.forecasts) {
      if (!status.forecast_issued || forecast.issued >= *status.forecast_issued) {
        status.forecast_issued = forecast.issued;
        status.forecast_until = forecast.values.end();
      }
    }
    return ports_.store->write_forecasts(got.forecasts).transform_error([&](Error error) {
      return named(feed, std::move(error));
    });
  });
  if (written) {
    outcome.forecasts = *written;
    status.forecasts =
        after_success(status.forecasts, now, feed.rule.forecast_every, ports_.chance());
  } else {
    status.forecasts = after_failure(status.forecasts, now, written.error(),
                                     feed.rule.after_failures, ports_.chance());
  }
}

std::vector<PollOutcome> Poller::poll() {
  std::vector<PollOutcome> outcomes;
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    PollOutcome outcome{.feed = i};
    const auto now = ports_.clock->now();
    const bool forecasts = feeds_[i].rule.forecast_every > Duration{0};
    outcome.asked_values = status_[i].values.next <= now;
    outcome.asked_forecast = forecasts && status_[i].forecasts.next <= now;
    if (outcome.asked_values) {
      poll_values(outcome);
    }
    if (outcome.asked_forecast) {
      poll_forecast(outcome);
    }
    if (outcome.asked_values || outcome.asked_forecast) {
      outcomes.push_back(outcome);
    }
  }
  return outcomes;
}

std::optional<Instant> Poller::next() const {
  std::optional<Instant> next;
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    const bool forecasts = feeds_[i].rule.forecast_every > Duration{0};
    const auto own = forecasts ? std::min(status_[i].values.next, status_[i].forecasts.next)
                               : status_[i].values.next;
    next = next ? std::min(*next, own) : own;
  }
  return next;
}

Result<ImportReport> fetch_history(const PolledFeed& feed, Store& store, const Clock& clock,
                                   Instant from, Instant to) {
  return feed.provider->history(feed.feed, from, to).and_then([&](const ProviderData& data) {
    return store.write(data.series, clock.now()).transform_error([&](Error error) {
      return named(feed, std::move(error));
    });
  });
}

}  // namespace drover::carbon::gridapi
