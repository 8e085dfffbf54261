#include "carbon/sqlite/sqlite_store.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <format>
#include <fstream>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "carbon/sqlite/sqlite_schema.h"
#include "carbon/testing/interrupted_import.h"
#include "carbon/testing/store_contract.h"
#include "os/sqlite.h"
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

// As drover 0.1 wrote it, with the first step of the schema alone.
void make_old_database(const std::string& file) {
  auto database = os::Database::open(file, {.migrations = std::span(kCarbonMigrations).first(1)});
  ASSERT_TRUE(database) << database.error().what;
  constexpr std::int64_t kStart = 1646092800000;  // 2022-03-01T00:00Z
  ASSERT_TRUE(database->execute(std::format(
      "INSERT INTO series VALUES(7, 'DE', 'average', 'direct', 'csv', 3600000, {0}, {0} + "
      "14400000);"
      "INSERT INTO series VALUES(9, 'DE', 'average', 'lifecycle', 'csv', 300000, {0}, {0} + "
      "600000);"
      "INSERT INTO point VALUES(7, {0}, 412500), (7, {0} + 10800000, 398000), (9, {0} + 300000, 0)",
      kStart)));
}

TEST(SqliteStore, AnOlderDatabaseIsBroughtForwardWithItsData) {
  const Scratch scratch;
  make_old_database(scratch.file());
  const auto store = open_sqlite_store(scratch.file());
  ASSERT_TRUE(store) << store.error().what;
  Series direct = hourly("DE", kMidnight, {412.5, kGap, kGap, 398});
  direct.source = "csv";
  expect_equal((*store)->read(whole(direct)), direct);
  Series lifecycle = hourly("DE", kMidnight, {kGap, 0});
  lifecycle.source = "csv";
  lifecycle.scope = Scope::kLifecycle;
  lifecycle.step = std::chrono::minutes{5};
  expect_equal((*store)->read(whole(lifecycle)), lifecycle);
  expect_equal(known_at(**store, direct, "2022-03-01T03:59:00Z"), [&] {
    Series known = direct;
    known.values[3].reset();
    return known;
  }());
  const auto zones = *(*store)->zones();
  ASSERT_EQ(zones.size(), 2);
  EXPECT_EQ(zones[0].points, 2);
  EXPECT_EQ(zones[0].gaps, 2);
  EXPECT_EQ(zones[1].points, 1);
}

TEST(SqliteStore, AnOlderDatabaseTakesWhatIsNew) {
  const Scratch scratch;
  make_old_database(scratch.file());
  const auto store = *open_sqlite_store(scratch.file());
  Series direct = hourly("DE", kMidnight, {412.5, 1, kGap, 397});
  direct.source = "csv";
  EXPECT_EQ(*store->write({direct}, kNow),
            (ImportReport{.inserted = 1, .unchanged = 1, .revised = 1, .gaps = 1}));
  direct.source = "another";
  EXPECT_EQ(store->write({direct}, kNow)->inserted, 3);
  EXPECT_EQ(store->zones()->size(), 3);
  EXPECT_EQ((*open_sqlite_store(scratch.file()))->zones()->size(), 3) << "opened once more";
}

TEST(SqliteStore, TwoWritersTakeTurns) {
  const Scratch scratch;
  const auto one = *open_sqlite_store(scratch.file());
  const auto other = *open_sqlite_store(scratch.file());
  const auto series = many_series(4, 500);
  std::jthread writer([&] { EXPECT_TRUE(one->write(series, kNow)); });
  const auto report = other->write(series, kNow);
  writer.join();
  ASSERT_TRUE(report) << report.error().what;
  MemoryStore expected;
  EXPECT_TRUE(all_is_there(*one, expected, series));
  EXPECT_EQ(other->write(series, kNow)->inserted, 0);
}

std::uintmax_t size_of(const std::string& file) {
  std::error_code none;
  const auto size = std::filesystem::file_size(file, none);
  return none ? 0 : size;
}

// Imports in a process of its own, which is killed as soon as `enough`, unless it is done before.
// True when it was killed.
bool import_until(const std::string& file, const std::vector<Series>& series,
                  const std::function<bool()>& enough) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = open_sqlite_store(file);
    ::_exit(store && (*store)->write(series, kNow) ? 0 : 1);
  }
  int status = 0;
  while (!enough()) {
    if (::waitpid(child, &status, WNOHANG) == child) {
      EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
      return false;
    }
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status);
}

// The log grows while the transaction is written, and the database after it is committed.
TEST(SqliteStore, AnImportThatIsKilledIsThereAsAWholeOrNotAtAll) {
  const auto first = many_series(3, 100);
  const auto series = many_series(10, 5000);
  Scratch whole_import;
  ASSERT_FALSE(import_until(whole_import.file(), series, [] { return false; }));
  const auto size = size_of(whole_import.file());
  int killed = 0;
  int nothing = 0;
  for (const auto* grows : {"-wal", ""}) {
    for (const int percent : {1, 10, 25, 40, 55, 70, 85, 97}) {
      const Scratch scratch;
      MemoryStore expected;
      ASSERT_TRUE((*open_sqlite_store(scratch.file()))->write(first, kNow));
      ASSERT_TRUE(expected.write(first, kNow));
      killed += import_until(scratch.file(), series, [&] {
        return size_of(scratch.file() + grows) * 100 >= size * static_cast<unsigned>(percent);
      });
      const auto store = open_sqlite_store(scratch.file());
      ASSERT_TRUE(store) << store.error().what;
      nothing += !all_is_there(**store, expected, series);
      EXPECT_TRUE((*store)->write(series, kNow));
      EXPECT_TRUE(all_is_there(**store, expected, series)) << "importing again completes it";
    }
  }
  EXPECT_GT(killed, 8);
  EXPECT_GT(nothing, 2);
  EXPECT_LT(nothing, 16) << "some were killed after the commit";
}

}  // namespace
}  // namespace drover::carbon::testing
