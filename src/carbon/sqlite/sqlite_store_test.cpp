#include "carbon/sqlite/sqlite_store.h"

#include <fstream>
#include <string>

#include "carbon/testing/store_contract.h"
#include "os/testing/temp_dir.h"

namespace drover::carbon::testing {
namespace {

// A new directory that goes with the object.
struct Scratch {
  [[nodiscard]] std::string file() const { return directory / "carbon.db"; }

  os::testing::TempDir directory;
};

// The store and the directory it lies in.
class OwningStore final : public Store {
 public:
  Result<ImportReport> write(const std::vector<Series>& series, Instant now) override {
    return store_->write(series, now);
  }
  Result<Series> read(const SeriesQuery& query) override { return store_->read(query); }
  Result<std::vector<ZoneSummary>> zones() override { return store_->zones(); }
  Result<std::int64_t> write_forecasts(const std::vector<ProviderForecast>& forecasts) override {
    return store_->write_forecasts(forecasts);
  }
  Result<std::vector<ProviderForecast>> read_forecasts(const SeriesQuery& query) override {
    return store_->read_forecasts(query);
  }

 private:
  Scratch scratch_;
  std::unique_ptr<Store> store_ = open_sqlite_store(scratch_.file()).value();
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, ::testing::Values(StoreMaker{[] {
                           return std::make_unique<OwningStore>();
                         }}));

TEST(SqliteStore, WhatIsWrittenOutlivesTheProcess) {
  const Scratch scratch;
  const Series series = hourly("DE", kMidnight, {1, kGap, 3});
  ASSERT_TRUE((*open_sqlite_store(scratch.file()))->write({series}, kNow));
  expect_equal((*open_sqlite_store(scratch.file()))->read(whole(series)), series);
}

TEST(SqliteStore, FinerThanAMilligramIsRounded) {
  const Scratch scratch;
  const auto store = *open_sqlite_store(scratch.file());
  const Series fine = hourly("DE", kMidnight, {242.9012345});
  ASSERT_TRUE(store->write({fine}, kNow));
  EXPECT_EQ(store->read(whole(fine))->values[0], Intensity::grams_per_kwh(242.901));
  EXPECT_EQ(store->write({fine}, kNow)->unchanged, 1);
}

TEST(SqliteStore, AFileThatIsNoDatabaseIsAnErrorWithItsName) {
  const Scratch scratch;
  std::ofstream(scratch.file()) << "this is not a database, and long enough to be looked at: "
                                << std::string(4096, 'x');
  const auto store = open_sqlite_store(scratch.file());
  ASSERT_FALSE(store);
  EXPECT_NE(store.error().what.find(scratch.file()), std::string::npos) << store.error().what;
}

}  // namespace
}  // namespace drover::carbon::testing
