// Finding and reading a series of CarbonData, never past `now`.
#pragma once

#include <string>

#include "api/carbon_data.h"
#include "api/failure.h"
#include "api/parameters.h"

namespace drover::api {

// kind, scope, basis and source of a request.
Answer<Quantity> read_quantity(const Parameters& parameters, const Quantity& otherwise);

struct Named {
  std::string parameter;  // where the zone's name came from
  std::string zone;
  int unknown_status = kNotFound;
};

// The one series of the zone of that quantity. An unknown zone has unknown_status; 400 when several
// sources have it and `of` does not say which.
Answer<carbon::ZoneSummary> find_series(const Asked& asked, const Named& zone, const Quantity& of);

// The begin of the step that holds `at`, also outside of the data.
Instant step_begin(const carbon::ZoneSummary& series, Instant at);
// The first step's begin at or after `at`.
Instant step_end(const carbon::ZoneSummary& series, Instant at);

struct Window {
  Instant from;
  Instant to;
};

// 400 unless from < to, and the window has at most `most` steps of the series.
struct WindowNames {
  std::string from = "from";
  std::string to = "to";
};
Answer<void> check_window(const carbon::ZoneSummary& series, const Window& window,
                          const WindowNames& names, std::int64_t most);

struct Which {
  carbon::Reported reported = carbon::Reported::kAll;
  std::optional<Instant> known_at;
};

// The steps that overlap the window. Those that begin after `now` are gaps: they are not known,
// whatever the data's source could tell of them.
Answer<carbon::Series> read_series(const Asked& asked, const carbon::ZoneSummary& series,
                                   const Window& window, const Which& which = {});

}  // namespace drover::api
