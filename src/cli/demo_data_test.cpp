#include "cli/demo_data.h"

#include <gtest/gtest.h>

#include "carbon/sqlite/sqlite_store.h"
#include "os/testing/temp_dir.h"

namespace drover::cli {
namespace {

constexpr Instant kStart{std::chrono::sys_days{std::chrono::year{2022} / 3 / 1}};

class DemoDataTest : public testing::Test {
 protected:
  void SetUp() override {
    auto store = carbon::open_sqlite_store(folder_ / "carbon.db");
    ASSERT_TRUE(store) << store.error().what;
    store_ = std::move(*store);
  }
  os::Path write(const std::string& name, const std::string& text) {
    EXPECT_TRUE(os::atomic_write(folder_ / name, text));
    return folder_ / name;
  }

  os::testing::TempDir folder_;
  std::unique_ptr<carbon::Store> store_;
};

TEST_F(DemoDataTest, WithoutFilesItIsSyntheticAndSaysSo) {
  const auto data = load_demo_data({}, *store_);
  ASSERT_TRUE(data) << data.error().what;
  EXPECT_FALSE(data->real);
  EXPECT_EQ(data->source, "synthetic");
  ASSERT_EQ(data->series.size(), 3U);
  for (const auto& zone : data->zones) {
    EXPECT_TRUE(zone.str().starts_with("SYN-"));
    EXPECT_GE(data->series.at(zone).values.size(), 365U * 24);
  }
}

TEST_F(DemoDataTest, FilesOfSeveralYearsBecomeOneSeries) {
  write("direct_2021_xx.csv", "datetime_utc,A,B,C\n2021-12-31T22Z,1,2,3\n2021-12-31T23Z,1,,3\n");
  write("direct_2022_xx.csv", "datetime_utc,A,B,C\n2022-01-01T00Z,4,5,6\n2022-01-01T01Z,7,8,9\n");
  write("lifecycle_2022_xx.csv", "not even a table");
  const auto data = load_demo_data({.folder = folder_.path()}, *store_);
  ASSERT_TRUE(data) << data.error().what;
  EXPECT_TRUE(data->real);
  const auto& series = data->series.at(ZoneId{"B"});
  ASSERT_EQ(series.values.size(), 4U);
  EXPECT_EQ(series.values[1], std::nullopt);
  EXPECT_EQ(series.values[3], Intensity::grams_per_kwh(8));
}

TEST_F(DemoDataTest, UnknownAndRepeatedZonesAreErrors) {
  const auto file =
      write("direct_x.csv", "datetime_utc,NORTH,SOUTH\n2022-01-01T00Z,4,5\n2022-01-01T01Z,4,5\n");
  const auto unknown =
      load_demo_data({.csv = {file}, .zones = {ZoneId{"NORTH"}, ZoneId{"SUOTH"}}}, *store_);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::kNotFound);
  EXPECT_NE(unknown.error().what.find("SOUTH"), std::string::npos) << unknown.error().what;
  EXPECT_FALSE(
      load_demo_data({.csv = {file}, .zones = {ZoneId{"NORTH"}, ZoneId{"NORTH"}}}, *store_));
  EXPECT_FALSE(load_demo_data({.csv = {file}, .zones = {ZoneId{"NORTH"}}}, *store_));
  EXPECT_FALSE(load_demo_data({.zones = {ZoneId{"SYN-NOWHERE"}, ZoneId{"SYN-FR"}}}, *store_));
}

TEST_F(DemoDataTest, AMalformedLineIsAnErrorWithItsPlace) {
  const auto file = write("direct_x.csv",
                          "datetime_utc,NORTH,SOUTH\n2022-01-01T00Z,4,5\n2022-01-01T01Z,4,oops\n");
  const auto data = load_demo_data({.csv = {file}}, *store_);
  ASSERT_FALSE(data);
  EXPECT_NE(data.error().what.find("direct_x.csv:3"), std::string::npos) << data.error().what;
}

TEST_F(DemoDataTest, AFolderWithoutDataIsAnError) {
  EXPECT_FALSE(load_demo_data({.folder = folder_.path()}, *store_));
  EXPECT_FALSE(load_demo_data({.folder = folder_ / "nowhere"}, *store_));
}

TEST(ChooseZones, TakesThoseThatAreTheCleanestMostOften) {
  const auto series = [](const char* zone, std::vector<double> values) {
    carbon::Series made{.zone = ZoneId{zone}, .start = kStart};
    for (const auto value : values) {
      made.values.emplace_back(Intensity::grams_per_kwh(value));
    }
    return made;
  };
  const auto zones = choose_zones({series("dirty", {9, 9, 9, 9}), series("rare", {5, 5, 5, 1}),
                                   series("often", {1, 1, 5, 5}), series("also", {6, 6, 2, 6})});
  EXPECT_EQ(zones, (std::vector{ZoneId{"often"}, ZoneId{"also"}, ZoneId{"rare"}}));
  EXPECT_EQ(choose_zones({series("only", {1})}).size(), 1U);
}

}  // namespace
}  // namespace drover::cli
