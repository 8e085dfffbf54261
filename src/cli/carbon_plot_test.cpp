#include "cli/carbon_plot.h"

#include <gtest/gtest.h>

namespace drover::cli {
namespace {

carbon::Series series_of(std::size_t hours) {
  carbon::Series series;
  series.zone = ZoneId{"DE"};
  series.start = parse_time("2022-03-01T22:00:00Z").value();
  series.source = "test";
  for (std::size_t hour = 0; hour < hours; ++hour) {
    series.values.emplace_back(Intensity::grams_per_kwh(static_cast<double>(hour)));
  }
  return series;
}

TEST(CarbonPlot, AShortSeriesHasABarPerHour) {
  auto series = series_of(3);
  series.values[1] = std::nullopt;
  const std::string full = "██████████████████████████████████████████████████";
  EXPECT_EQ(plot(series),
            "2022-03-01 22:00      0.0 \n"
            "2022-03-01 23:00  unknown ·\n"
            "2022-03-02 00:00      2.0 " +
                full +
                "\n"
                "a full bar is 2.0 gCO2eq/kWh; times are UTC\n");
}

TEST(CarbonPlot, ALongSeriesHasALinePerDay) {
  auto series = series_of(50);
  series.values[2] = std::nullopt;
  const auto text = plot(series);
  EXPECT_TRUE(text.starts_with("2022-03-01  ▁▁  0.0 to 1.0, mean 0.5\n2022-03-02  ·▁▁")) << text;
  EXPECT_NE(text.find("2022-03-03  "), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("▁ is 0.0, █ is 49.0 gCO2eq/kWh, · is unknown; days are UTC\n"))
      << text;
}

TEST(CarbonPlot, NothingButGapsAndNothingButZerosAreDrawn) {
  auto series = series_of(60);
  series.values.assign(60, std::nullopt);
  EXPECT_NE(plot(series).find("unknown\n"), std::string::npos);
  series.values.assign(3, Intensity{});
  EXPECT_NE(plot(series).find("0.0 \n"), std::string::npos);
  series.values.clear();
  EXPECT_EQ(plot(series), "a full bar is 0.0 gCO2eq/kWh; times are UTC\n");
}

TEST(CarbonPlot, DailyStepsAreOneMarkADay) {
  auto series = series_of(60);
  series.step = std::chrono::days{1};
  series.start = std::chrono::floor<std::chrono::days>(series.start);
  EXPECT_TRUE(plot(series).starts_with("2022-03-01  ▁  0.0 to 0.0, mean 0.0\n2022-03-02  ▁"));
}

TEST(CarbonPlot, TheTitleSaysWhatItIsAndWhetherItIsSynthetic) {
  auto series = series_of(1);
  EXPECT_EQ(plot_title(series),
            "DE, direct average carbon intensity in gCO2eq/kWh (source: test)\n");
  series.zone = ZoneId{"SYN-DE"};
  EXPECT_TRUE(plot_title(series).starts_with("SYNTHETIC SYN-DE, "));
}

}  // namespace
}  // namespace drover::cli
