#include "carbon/given.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace drover::carbon {
namespace {

TEST(Given, TextFromOutsideIsShownWithoutControlCharactersAndCut) {
  EXPECT_EQ(shown("a b"), "'a b'");
  EXPECT_EQ(shown("\x1b[31m\n\xff"), "'\\x1b[31m\\x0a\\xff'");
  EXPECT_EQ(shown(std::string(50, 'x')), "'" + std::string(40, 'x') + "...'");
  EXPECT_EQ(printable("column CO₂: \x07\x7f"), "column CO₂: \\x07\\x7f");
  EXPECT_EQ(printable(std::string(1000, 'x')), std::string(500, 'x') + "...");
}

TEST(Given, IntensitiesArePossibleOnes) {
  EXPECT_EQ(given_intensity(0), Intensity{});
  EXPECT_EQ(given_intensity(2000), Intensity::grams_per_kwh(2000));
  EXPECT_EQ(1 / given_intensity(-0.0)->grams_per_kwh(), std::numeric_limits<double>::infinity())
      << "never the negative zero";
  for (const double bad : {-0.001, 2000.001, std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_FALSE(given_intensity(bad)) << bad;
  }
}

TEST(Given, ADateHasNoOffset) {
  for (const auto* time : {"2021-01-01T00:00Z", "2021-01-01 00:00:00+01:00", "2021-01-01T00-05"}) {
    EXPECT_TRUE(says_offset(time)) << time;
  }
  for (const auto* time : {"2021-01-01", "2021-01-01T00:00", "", "Z-less"}) {
    EXPECT_FALSE(says_offset(time)) << time;
  }
}

TEST(Given, ZoneNamesArePlain) {
  EXPECT_TRUE(is_zone_name("US-NE_ISNE.1"));
  EXPECT_FALSE(is_zone_name(""));
  EXPECT_FALSE(is_zone_name("a b"));
  EXPECT_FALSE(is_zone_name(std::string(65, 'a')));
}

}  // namespace
}  // namespace drover::carbon
