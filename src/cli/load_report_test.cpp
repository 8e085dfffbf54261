#include "cli/load_report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace drover::cli {
namespace {

constexpr Instant kStart{std::chrono::seconds{1'600'000'000}};

LoadReport sample() {
  LoadReport report{.started = kStart,
                    .ended = kStart + std::chrono::seconds{5},
                    .p50 = Micros{90},
                    .p99 = Micros{1500}};
  report.clients.push_back(
      {.name = "writer",
       .operations = 10,
       .longest_stall = Micros{312'500},
       .stalls = {{kStart + Duration{100}, kStart + Duration{412}, Micros{312'500}}}});
  report.clients.push_back({.name = "reader",
                            .operations = 7,
                            .errors = 1,
                            .reconnects = 1,
                            .error_texts = {"lost \"it\""}});
  report.counter = 10;
  report.seed = UINT64_MAX;
  return report;
}

TEST(LoadReport, TotalsAreSumsAndTheLongestStall) {
  const auto report = sample();
  EXPECT_EQ(report.operations(), 17);
  EXPECT_EQ(report.errors(), 1);
  EXPECT_EQ(report.reconnects(), 1);
  EXPECT_EQ(report.longest_stall(), Micros{312'500});
}

TEST(LoadReport, JsonReadsBackAsItWas) {
  const auto report = sample();
  const auto read = parse_load_report(to_json(report).dump());
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(to_json(*read), to_json(report));
  EXPECT_EQ(read->clients[0].stalls[0].start, kStart + Duration{100});
  EXPECT_EQ(read->seed, UINT64_MAX);
}

TEST(LoadReport, DamagedJsonIsAnErrorNotACrash) {
  const auto text = to_json(sample()).dump();
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(parse_load_report(text.substr(0, length))) << length;
  }
  auto wrong = to_json(sample());
  wrong["clients"][0]["stalls"][0]["start"] = "yesterday";
  EXPECT_FALSE(parse_load_report(wrong.dump()));
  wrong = to_json(sample());
  wrong["clients"] = 3;
  EXPECT_FALSE(parse_load_report(wrong.dump()));
}

TEST(LoadReport, AnyFaultIsAFault) {
  LoadReport report;
  EXPECT_TRUE(report.faultless());
  for (auto field : {&LoadReport::lost, &LoadReport::duplicated, &LoadReport::corrupted}) {
    LoadReport faulty;
    faulty.*field = 1;
    EXPECT_FALSE(faulty.faultless());
  }
  EXPECT_FALSE(sample().faultless());
}

TEST(LoadReport, TextNamesTheErrors) {
  EXPECT_NE(to_text(sample()).find("error: lost \"it\""), std::string::npos);
}

}  // namespace
}  // namespace drover::cli
