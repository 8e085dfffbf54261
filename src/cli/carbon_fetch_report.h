// What `drover carbon fetch` says of a turn.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "carbon/gridapi/poller.h"

namespace drover::cli {

// What came of one feed in one turn, and how it is doing.
struct FetchLine {
  const carbon::gridapi::PolledFeed* feed = nullptr;
  carbon::ImportReport values;
  std::int64_t forecasts = 0;
  carbon::gridapi::FeedStatus status;
  carbon::gridapi::FeedState state = carbon::gridapi::FeedState::kWaiting;
};

// A table, and below it every error, one a line.
std::string fetch_text(const std::vector<FetchLine>& lines, Instant now);
nlohmann::ordered_json fetch_json(const std::vector<FetchLine>& lines, Instant now);

// "3 h 20 min", "45 s": the two largest units.
std::string age_text(Duration age);

}  // namespace drover::cli
