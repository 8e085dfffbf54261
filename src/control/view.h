// What readers (API, CLI, exporter) see of control: one consistent value per tick. They never enter
// the loop's thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "carbon/forecast.h"
#include "cluster/snapshot.h"
#include "control/record.h"

namespace drover::control {

struct ZoneView {
  std::optional<Intensity> now;              // lead 0 of the forecast
  std::optional<carbon::Forecast> forecast;  // absent: see `missing`
  std::string missing;                       // why there is no forecast
};

struct View {
  std::uint64_t sequence = 0;  // grows with every publication
  Instant at;                  // of the tick or settling that published it, in the loop's time
  Instant real_at;
  std::string policy;
  std::map<ZoneId, ZoneView> zones;  // of the last tick that got forecasts; each says when issued
  cluster::Snapshot snapshot;        // the last that was observed; its own `at` says when
  std::vector<DecisionRecord> in_flight;  // moves that have not ended
  std::vector<DecisionRecord> decisions;  // of the last tick that planned, as they now stand
  std::vector<Flag> flags;                // of the last tick
};

// Holds the latest view. Thread-safe: one publisher, any number of readers, none waits for another.
class ViewBoard {
 public:
  void publish(View view) { view_.store(std::make_shared<const View>(std::move(view))); }
  // Never null: before the first publication an empty view.
  [[nodiscard]] std::shared_ptr<const View> read() const { return view_.load(); }

 private:
  std::atomic<std::shared_ptr<const View>> view_{std::make_shared<const View>()};
};

}  // namespace drover::control
