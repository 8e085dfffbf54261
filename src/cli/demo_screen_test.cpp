#include "cli/demo_screen.h"

#include <gtest/gtest.h>

namespace drover::cli {
namespace {

constexpr Instant kStart{std::chrono::days{18'000}};

TEST(DemoScreen, PlainOutputHasOneLinePerStageHourAndMove) {
  DemoScreen screen(false, 80);
  DemoView view{.stage = "filling Redis: 10 %"};
  EXPECT_EQ(screen.next(view, true), "filling Redis\n");
  view.stage = "filling Redis: 20 %";
  EXPECT_EQ(screen.next(view, true), "");
  view.stage.clear();
  view.now = kStart;
  EXPECT_FALSE(screen.next(view, true).empty());
  EXPECT_EQ(screen.next(view, true), "") << "the same hour is told once";
  view.moves = {
      {.hour = kStart, .from = NodeId{"a"}, .to = NodeId{"b"}, .state = "dump", .stall_ms = {}}};
  EXPECT_EQ(screen.next(view, true), "    a → b begins\n");
  view.moves[0].state = "committed";
  view.moves[0].stall_ms = 112.4;
  view.client.silence_ms = 180;
  EXPECT_EQ(screen.next(view, false), "") << "the stall is not over";
  view.moves[0].stall_ms = 212.4;
  view.client.silence_ms = 1;
  EXPECT_EQ(screen.next(view, false), "    a → b committed, the clients stalled for 212 ms\n");
  EXPECT_EQ(screen.next(view, false), "");
}

TEST(DemoScreen, ATerminalIsRedrawnEveryTime) {
  DemoScreen screen(true, 80);
  const DemoView view{.now = kStart};
  EXPECT_FALSE(screen.next(view, false).empty());
  EXPECT_NE(screen.next(view, false).find("\x1b["), std::string::npos);
}

}  // namespace
}  // namespace drover::cli
