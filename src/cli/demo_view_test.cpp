#include "cli/demo_view.h"

#include <gtest/gtest.h>

#include "cli/demo_text.h"
#include "cli/demo_timeline.h"

namespace drover::cli {
namespace {

constexpr Instant kStart{std::chrono::days{18'000}};

std::optional<Intensity> grams(double value) { return Intensity::grams_per_kwh(value); }

DemoView sample() {
  DemoView view{.data_label = "SYNTHETIC data",
                .policy = "forecast",
                .start = kStart,
                .now = kStart + std::chrono::hours{4},
                .hours = 48,
                .pod_at = NodeId{"spa"},
                .pod_goes_to = NodeId{"isne"}};
  view.zones = {
      {ZoneId{"SYN-US-CENT-SPA"}, NodeId{"spa"}, {grams(0), grams(100), grams(400)}},
      {ZoneId{"SYN-US-NE-ISNE"}, NodeId{"isne"}, {grams(200), std::nullopt, std::nullopt}}};
  view.moves = {
      {kStart, NodeId{"isne"}, NodeId{"spa"}, "committed", 312.0},
      {kStart + std::chrono::hours{4}, NodeId{"spa"}, NodeId{"isne"}, "dump", std::nullopt}};
  view.client = {.operations = 1000, .per_second = 1970, .longest_stall_ms = 312};
  return view;
}

TEST(DemoView, AFrameShowsZonesPodMovesAndClients) {
  const auto lines = live_frame(sample(), Style(false), 100);
  std::string text;
  for (const auto& line : lines) {
    text += line + "\n";
  }
  EXPECT_EQ(text, R"(drover demo  SYNTHETIC data  policy forecast
  2019-04-14 04:00 UTC   hour 5 of 48

  ● spa     SYN-US-CENT-SPA     400 g/kWh  ▁▃█
  ◌ isne    SYN-US-NE-ISNE        ? g/kWh  ▅  

  clients  1970 op/s  1000 operations  0 errors  silent for 0 ms  longest stall 312 ms
  moves    2
    2019-04-14 00:00  isne → spa        committed  stall 312 ms
    2019-04-14 04:00  spa → isne        dump
)");
}

TEST(DemoView, NarrowTerminalsGetShorterHistories) {
  auto view = sample();
  view.zones[0].so_far.resize(200, grams(7));
  for (const std::size_t columns : {40U, 60U, 80U, 120U}) {
    EXPECT_LE(columns_of(live_frame(view, Style(true), columns)[3]),
              std::max<std::size_t>(columns, 45))
        << columns;
  }
}

TEST(DemoView, ALongListOfMovesShowsTheLatest) {
  auto view = sample();
  view.moves.resize(30, view.moves[1]);
  view.moves.back().state = "transfer";
  const auto lines = live_frame(view, Style(false), 100);
  EXPECT_EQ(lines.size(), 3U + 2 + 3 + 8);
  EXPECT_NE(lines.back().find("transfer"), std::string::npos);
}

TEST(DemoView, EmptyViewsAreDrawnToo) {
  DemoView view{.stage = "starting the cluster"};
  EXPECT_EQ(live_frame(view, Style(false), 0)[1], "  starting the cluster");
  EXPECT_FALSE(plain_line(view).empty());
}

TEST(DemoView, PlainLinesHoldNoEscapes) {
  EXPECT_EQ(plain_line(sample()),
            "2019-04-14 04:00  spa 400 g  isne ? g  | redis on spa → isne | 1970 op/s, 0 errors");
}

TEST(Redraw, GoesBackOverThePreviousFrame) {
  Redraw redraw;
  EXPECT_EQ(redraw.next({"a", "b"}), "\ra\x1b[K\n\rb\x1b[K\n\x1b[J");
  EXPECT_EQ(redraw.next({"c"}), "\x1b[2A\rc\x1b[K\n\x1b[J");
}

TEST(DemoText, NamesTheDataWhereverItShowsEmissions) {
  DemoReport report{.speed = 3600, .policy = "forecast", .power = Power::watts(200)};
  report.emissions = {{"forecast", Carbon::grams(80), 3, "measured placement"},
                      {"stay", Carbon::grams(100), 0, ""}};
  const auto text = to_text(report, Style(false));
  EXPECT_NE(text.find("modelled from SYNTHETIC data"), std::string::npos) << text;
  EXPECT_NE(text.find(" -20.0 %"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(DemoText, SaysHowTypicalTheWindowIs) {
  DemoReport report{.hours = 48, .speed = 3600, .policy = "forecast"};
  EXPECT_EQ(to_text(report, Style(false)).find("How typical"), std::string::npos);
  report.study =
      WindowStudy{.windows = 200, .no_worse_than_immediate = 150, .enough_moves = 100, .all = 50};
  EXPECT_NE(to_text(report, Style(false)).find("immediate in 75 %"), std::string::npos);
}

}  // namespace
}  // namespace drover::cli
