#include "api/store/served_carbon.h"

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "api/store/synthetic_store.h"
#include "carbon/synthetic.h"
#include "carbon/testing/times.h"
#include "os/testing/expect.h"

namespace drover::api {
namespace {

using carbon::testing::at;
using os::testing::FailsWith;
using os::testing::IsOk;

class Served : public ::testing::Test {
 protected:
  carbon::ZoneSummary series(const std::string& zone) {
    const auto zones = data_.zones();
    EXPECT_THAT(zones, IsOk());
    return *std::ranges::find(**zones, ZoneId{zone}, &carbon::ZoneSummary::zone);
  }

  ManualClock clock_{at("2025-06-16T16:20:00Z")};
  SyntheticGrid grid_{1};
  std::atomic<int> opened_{0};
  ServedCarbon data_{[this]() -> Result<std::unique_ptr<carbon::Store>> {
                       ++opened_;
                       return make_synthetic_store(grid_, clock_);
                     },
                     clock_};
};

TEST_F(Served, TheSyntheticGridEndsWithTheCurrentHour) {
  const auto de = series("SYN-DE");
  EXPECT_EQ(de.first, at("2020-01-01T00:00:00Z"));
  EXPECT_EQ(de.last_end, at("2025-06-16T17:00:00Z"));
  const auto read = data_.read({.zone = ZoneId{"SYN-US-NE-ISNE"},
                                .known_at = {},
                                .from = at("2025-06-16T16:00:00Z"),
                                .to = at("2025-06-16T19:00:00Z")});
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->values[0], Intensity::grams_per_kwh(192.5));
  EXPECT_EQ(read->values[2], Intensity::grams_per_kwh(216.8));
}

TEST_F(Served, TheSyntheticGridIsReadAsAStoreIs) {
  carbon::SeriesQuery query{.zone = ZoneId{"SYN-DE"},
                            .known_at = at("2020-01-01T01:00:00Z"),
                            .from = at("2019-12-31T23:00:00Z"),
                            .to = at("2020-01-01T02:00:00Z")};
  const auto read = data_.read(query);
  ASSERT_THAT(read, IsOk());
  EXPECT_FALSE(read->values[0]);
  EXPECT_TRUE(read->values[1]);
  EXPECT_FALSE(read->values[2]);
  query.known_at.reset();
  query.reported = carbon::Reported::kEstimated;
  EXPECT_FALSE(data_.read(query)->values[1]);
  query.zone = ZoneId{"SYN-DEE"};
  EXPECT_THAT(data_.read(query), FailsWith(Code::kNotFound, "'SYN-DE'"));
  query.zone = ZoneId{"SYN-DE"};
  query.from = at("2100-01-01T00:00:00Z");
  query.to = at("2100-01-01T02:00:00Z");
  EXPECT_EQ(data_.read(query)->values, std::vector<std::optional<Intensity>>(2));
}

TEST_F(Served, AForecastIsSharedByAllWhoWantThatMuchOrLess) {
  ForecastQuery query{.series = series("SYN-DE"), .at = at("2025-06-16T16:00:00Z"), .leads = 24};
  const auto day = data_.forecast(query);
  query.leads = 96;
  const auto more = data_.forecast(query);
  ASSERT_THAT(day, IsOk());
  ASSERT_THAT(more, IsOk());
  EXPECT_EQ(*day, *more);
  EXPECT_GE((*day)->forecast.mean.size(), 96U);
  query.leads = 97;
  EXPECT_NE(*data_.forecast(query), *day);
  query.leads = 800;
  EXPECT_GE((*data_.forecast(query))->forecast.mean.size(), 800U);
  query.model = "nonsense";
  EXPECT_THAT(data_.forecast(query), FailsWith(Code::kNotFound, "nonsense"));
}

TEST_F(Served, ManyReadersShareAFewConnections) {
  constexpr int kReaders = 64;
  const auto de = series("SYN-DE");
  std::atomic<int> good{0};
  std::latch all(kReaders);
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < kReaders; ++i) {
      readers.emplace_back([&, i] {
        all.arrive_and_wait();
        const Instant issued = at("2025-06-16T00:00:00Z") + std::chrono::hours{i % 16};
        const auto read = data_.read({.zone = de.zone,
                                      .known_at = {},
                                      .from = issued,
                                      .to = issued + std::chrono::hours{1}});
        const auto forecast = data_.forecast({.series = de, .at = issued, .leads = 24});
        good += read && forecast && (*forecast)->forecast.issued == issued ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(good, kReaders);
  EXPECT_LE(opened_, 8);
}

TEST_F(Served, AStoreThatCannotBeOpenedIsTriedAgain) {
  bool broken = true;
  ServedCarbon data(
      [&]() -> Result<std::unique_ptr<carbon::Store>> {
        if (broken) {
          return unavailable("locked");
        }
        return make_synthetic_store(grid_, clock_);
      },
      clock_);
  EXPECT_THAT(data.zones(), FailsWith(Code::kUnavailable, "locked"));
  broken = false;
  EXPECT_THAT(data.zones(), IsOk());
}

}  // namespace
}  // namespace drover::api
