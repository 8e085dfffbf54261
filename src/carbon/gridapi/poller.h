// Keeps a store fresh: asks every feed when it is due and writes what comes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carbon/gridapi/poll_state.h"
#include "carbon/provider.h"
#include "carbon/store.h"

namespace drover::carbon::gridapi {

struct PolledFeed {
  Feed feed;
  std::string provider_name;
  std::shared_ptr<Provider> provider;
  PollRule rule;
  // Where the store has its earlier values: one that begins again knows the last good one.
  std::optional<SeriesQuery> stored = {};
};

// What one turn brought of one feed.
struct PollOutcome {
  std::size_t feed = 0;  // index
  bool asked_values = false;
  bool asked_forecast = false;
  ImportReport values;
  std::int64_t forecasts = 0;  // new or replaced in the store
};

// Not thread-safe. A feed that fails leaves the others as they are, and what was written.
class Poller {
 public:
  struct Ports {
    Store* store = nullptr;  // both outlive the poller
    const Clock* clock = nullptr;
    std::function<double()> chance;  // uniform in [0, 1)
  };
  Poller(std::vector<PolledFeed> feeds, Ports ports);

  // Asks every feed that is due. Values become known now, as that is when drover learnt of them.
  std::vector<PollOutcome> poll();
  // When the next feed is due; absent without feeds.
  [[nodiscard]] std::optional<Instant> next() const;

  [[nodiscard]] const std::vector<PolledFeed>& feeds() const { return feeds_; }
  [[nodiscard]] const FeedStatus& status(std::size_t feed) const { return status_[feed]; }
  [[nodiscard]] FeedState state(std::size_t feed, Instant now) const {
    return state_of(status_[feed], now, feeds_[feed].rule);
  }

 private:
  void remember();
  void poll_values(PollOutcome& outcome);
  void poll_forecast(PollOutcome& outcome);

  std::vector<PolledFeed> feeds_;
  std::vector<FeedStatus> status_;
  Ports ports_;
};

// Asks for [from, to) once and writes it: each value as known when its step ended.
Result<ImportReport> fetch_history(const PolledFeed& feed, Store& store, const Clock& clock,
                                   Instant from, Instant to);

}  // namespace drover::carbon::gridapi
