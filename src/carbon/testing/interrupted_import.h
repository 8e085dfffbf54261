// What tests share that kill an import at several moments.
#pragma once

#include <cstdint>
#include <format>
#include <vector>

#include "carbon/testing/memory_store.h"
#include "carbon/testing/store_fixture.h"

namespace drover::carbon::testing {

// Hourly, with gaps and estimated values; the same at every call.
inline std::vector<Series> many_series(int zones, int hours) {
  std::vector<Series> all;
  for (int zone = 0; zone < zones; ++zone) {
    Series series = hourly(std::format("Z-{}", zone), kMidnight, {});
    for (int hour = 0; hour < hours; ++hour) {
      const int mixed = zone * 31 + hour * 7;
      series.values.push_back(mixed % 11 == 0 ? std::optional<Intensity>{}
                                              : Intensity::grams_per_kwh(mixed % 9000 / 10.0));
      series.estimated.push_back(mixed % 13 == 0 && mixed % 11 != 0);
    }
    all.push_back(std::move(series));
  }
  return all;
}

// Whether the store has all of the series on top of what it had; anything but all or nothing fails
// the test. `before` is what the store had, and gets the series too if they are there.
inline bool all_is_there(Store& store, MemoryStore& before, const std::vector<Series>& series) {
  MemoryStore after = before;
  EXPECT_TRUE(after.write(series, kNow));
  const auto zones = store.zones();
  EXPECT_TRUE(zones) << zones.error().what;
  const bool there = zones && *zones == *after.zones();
  if (there) {
    before = after;
  }
  const std::vector<ZoneSummary> expected = *before.zones();
  EXPECT_EQ(*zones, expected) << "neither all nor nothing";
  for (const ZoneSummary& zone : expected) {
    SeriesQuery query{.zone = zone.zone, .from = zone.first, .to = zone.last_end};
    const auto read = store.read(query);
    EXPECT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->values, before.read(query)->values);
    EXPECT_EQ(read->estimated, before.read(query)->estimated);
    query.known_at = at("2022-03-15T00:00:00Z");
    EXPECT_EQ(store.read(query)->values, before.read(query)->values);
  }
  return there;
}

}  // namespace drover::carbon::testing
