#include "cli/demo_timeline.h"

#include <vector>

#include <gtest/gtest.h>

namespace drover::cli {
namespace {

const std::vector<PhaseSpan> kPhases{{"preflight", 0, 0.1}, {"prepare", 0.1, 0.4},
                                     {"freeze", 0.4, 0.41}, {"dump", 0.41, 0.6},
                                     {"release", 0.6, 0.7}, {"drain", 0.7, 0.75}};

TEST(PhaseBar, ShowsThePhaseThatTakesMostOfEachColumn) {
  EXPECT_EQ(phase_bar(kPhases, 0.1), "cpppDDLd");
  EXPECT_EQ(phase_bar(kPhases, 1.0), "p");
  EXPECT_EQ(phase_bar({}, 0.1), "");
}

TEST(PhaseBar, NamesAPhaseItDoesNotKnow) {
  const std::vector<PhaseSpan> phases{{"teleport", 0, 0.2}};
  EXPECT_EQ(phase_bar(phases, 0.1), "??");
}

TEST(Standstill, LastsFromFreezeToRelease) {
  EXPECT_NEAR(*standstill_s(kPhases), 0.3, 1e-9);
  const std::vector<PhaseSpan> early{{"preflight", 0, 1}, {"rollback", 1, 2}};
  EXPECT_EQ(standstill_s(early), std::nullopt);
  const std::vector<PhaseSpan> undone{{"freeze", 1, 2}, {"dump", 2, 3}, {"rollback", 3, 3.5}};
  EXPECT_NEAR(*standstill_s(undone), 2.5, 1e-9);
}

TEST(Sparkline, ScalesBetweenTheBoundsAndLeavesGapsBlank) {
  const auto at = [](double value) { return std::optional{Intensity::grams_per_kwh(value)}; };
  const std::vector<std::optional<Intensity>> values{at(0), at(50), std::nullopt, at(100), at(500)};
  EXPECT_EQ(sparkline(values, Intensity::grams_per_kwh(0), Intensity::grams_per_kwh(100)), "▁▅ ██");
  EXPECT_EQ(sparkline(values, Intensity::grams_per_kwh(7), Intensity::grams_per_kwh(7)), "▁▁ ▁▁");
}

TEST(Columns, CountNeitherEscapesNorContinuationBytes) {
  EXPECT_EQ(columns_of("abc"), 3U);
  EXPECT_EQ(columns_of("\x1b[1;32m▁█\x1b[0m"), 2U);
  EXPECT_EQ(padded("▁", 3), "▁  ");
  EXPECT_EQ(padded("abcd", 3), "abcd");
}

}  // namespace
}  // namespace drover::cli
