#include "os/sqlite.h"

#include <sys/stat.h>

#include <array>
#include <thread>

#include <gtest/gtest.h>

#include "os/testing/expect.h"
#include "os/testing/temp_dir.h"

namespace drover::os {
namespace {

using testing::FailsWith;
using testing::IsOk;
using testing::TempDir;

constexpr std::array<std::string_view, 2> kSteps = {
    "CREATE TABLE node(name TEXT PRIMARY KEY) STRICT;"
    "CREATE TABLE pod(name TEXT PRIMARY KEY, node TEXT REFERENCES node(name), power_uw INTEGER,"
    "                 share REAL, since_ms INTEGER) STRICT;",
    "ALTER TABLE pod ADD COLUMN note TEXT;",
};

class Sqlite : public ::testing::Test {
 protected:
  Database open(std::span<const std::string_view> steps = kSteps) {
    auto database = Database::open(dir_ / "a.db", {.migrations = steps});
    EXPECT_THAT(database, IsOk());
    return std::move(*database);
  }
  static std::int64_t count(Database& database) {
    std::int64_t pods = -1;
    EXPECT_THAT(database.query("SELECT count(*) FROM pod", {},
                               [&](const Row& row) { pods = row.integer(0); }),
                IsOk());
    return pods;
  }
  TempDir dir_;
};

TEST_F(Sqlite, KeepsEveryTypeAcrossReopening) {
  const Instant since{Duration{1614834000123}};
  ASSERT_THAT(
      open().run("INSERT INTO pod VALUES(?, NULL, ?, ?, ?, ?)",
                 {"redis", std::int64_t{1} << 40, 0.25, since, std::optional<std::string>()}),
      IsOk());
  auto database = open();
  int rows = 0;
  ASSERT_THAT(database.query("SELECT name, node, power_uw, share, since_ms, note FROM pod", {},
                             [&](const Row& row) {
                               ++rows;
                               EXPECT_EQ(row.text(0), "redis");
                               EXPECT_EQ(row.maybe_text(1), std::nullopt);
                               EXPECT_EQ(row.integer(2), std::int64_t{1} << 40);
                               EXPECT_EQ(row.real(3), 0.25);
                               EXPECT_EQ(row.time(4), since);
                               EXPECT_TRUE(row.is_null(5));
                             }),
              IsOk());
  EXPECT_EQ(rows, 1);
}

TEST_F(Sqlite, HasTheDurabilityThatWasPromised) {
  auto database = open();
  std::string mode;
  std::int64_t synchronous = 0;
  std::int64_t keys = 0;
  ASSERT_THAT(database.query("PRAGMA journal_mode", {}, [&](const Row& r) { mode = r.text(0); }),
              IsOk());
  ASSERT_THAT(
      database.query("PRAGMA synchronous", {}, [&](const Row& r) { synchronous = r.integer(0); }),
      IsOk());
  ASSERT_THAT(database.query("PRAGMA foreign_keys", {}, [&](const Row& r) { keys = r.integer(0); }),
              IsOk());
  EXPECT_EQ(mode, "wal");
  EXPECT_EQ(synchronous, 2);  // FULL
  EXPECT_EQ(keys, 1);
  struct stat status{};
  ASSERT_EQ(::stat((dir_ / "a.db").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(Sqlite, StepsTheSchemaForward) {
  ASSERT_THAT(open(std::span(kSteps).first(1)).run("INSERT INTO node VALUES('a')"), IsOk());
  auto database = open();
  EXPECT_EQ(database.user_version(), 2);
  EXPECT_THAT(database.run("SELECT note FROM pod"), IsOk());
}

TEST_F(Sqlite, RefusesANewerSchema) {
  open();
  EXPECT_THAT(Database::open(dir_ / "a.db", {.migrations = std::span(kSteps).first(1)}),
              FailsWith(Code::kConflict, "version 2, this drover knows versions up to 1"));
}

TEST_F(Sqlite, AFailedStepChangesNothing) {
  constexpr std::array<std::string_view, 1> kBad = {"CREATE TABLE a(x) ; CREATE TABLE a(x);"};
  EXPECT_THAT(Database::open(dir_ / "b.db", {.migrations = kBad}),
              FailsWith(Code::kInternal, "schema step 1"));
  auto database = Database::open(dir_ / "b.db", {});
  ASSERT_THAT(database, IsOk());
  EXPECT_EQ(database->user_version(), 0);
  EXPECT_FALSE(database->run("SELECT x FROM a"));
}

TEST_F(Sqlite, RefusesAFileThatIsNoDatabase) {
  ASSERT_THAT(atomic_write(dir_ / "c.db", std::string(4096, 'x')), IsOk());
  EXPECT_THAT(Database::open(dir_ / "c.db", {}), FailsWith(Code::kInvalid, "c.db"));
  EXPECT_THAT(Database::open(dir_ / "no/c.db", {}), FailsWith(Code::kNotFound, "no/c.db"));
}

TEST_F(Sqlite, ATransactionThatFailsLeavesNothing) {
  auto database = open();
  EXPECT_THAT(database.transaction([&]() -> Result<> {
    return database.run("INSERT INTO pod(name) VALUES('a')").and_then([]() -> Result<> {
      return timed_out("stop");
    });
  }),
              FailsWith(Code::kTimeout, "stop"));
  EXPECT_EQ(count(database), 0);
  EXPECT_THAT(
      database.transaction([&] { return database.run("INSERT INTO pod(name) VALUES('a')"); }),
      IsOk());
  EXPECT_EQ(count(database), 1);
}

TEST_F(Sqlite, AViolatedConstraintIsAConflict) {
  auto database = open();
  ASSERT_THAT(database.run("INSERT INTO node VALUES('a')"), IsOk());
  EXPECT_THAT(database.run("INSERT INTO node VALUES('a')"), FailsWith(Code::kConflict, "UNIQUE"));
  EXPECT_THAT(database.run("INSERT INTO pod(name, node) VALUES('p', 'b')"),
              FailsWith(Code::kConflict, "FOREIGN KEY"));
}

TEST_F(Sqlite, ALockedDatabaseTimesOut) {
  auto writer = open();
  auto other = Database::open(
      dir_ / "a.db", {.migrations = kSteps, .busy_timeout = std::chrono::milliseconds(20)});
  ASSERT_THAT(other, IsOk());
  ASSERT_THAT(writer.transaction([&]() -> Result<> {
    EXPECT_THAT(other->run("INSERT INTO node VALUES('x')"), FailsWith(Code::kTimeout, "locked"));
    return {};
  }),
              IsOk());
}

TEST_F(Sqlite, ReadingAColumnAsWhatItIsNotFailsTheQuery) {
  auto database = open();
  ASSERT_THAT(database.run("INSERT INTO pod(name) VALUES('a')"), IsOk());
  EXPECT_THAT(database.query("SELECT node FROM pod", {},
                             [](const Row& row) { EXPECT_EQ(row.text(0), ""); }),
              FailsWith(Code::kInternal, "column 0 'node' is NULL, expected TEXT"));
}

TEST_F(Sqlite, CountsParameters) {
  EXPECT_THAT(open().run("INSERT INTO node VALUES(?)"),
              FailsWith(Code::kInternal, "1 parameters, given are 0"));
}

TEST_F(Sqlite, APreparedStatementIsReadyAgainAlsoAfterAnError) {
  auto database = open();
  auto insert = database.prepare("INSERT INTO node VALUES(?)");
  ASSERT_THAT(insert, IsOk());
  EXPECT_THAT(insert->run({"a"}), IsOk());
  EXPECT_FALSE(insert->run({"a"}));
  EXPECT_THAT(insert->run({"b"}), IsOk());
  EXPECT_EQ(database.changes(), 1);
}

TEST_F(Sqlite, TwoOpenersOfANewFileAgreeOnTheSchema) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back(
        [&] { EXPECT_THAT(Database::open(dir_ / "new.db", {.migrations = kSteps}), IsOk()); });
  }
}

TEST_F(Sqlite, ABackupIsOneCompleteFile) {
  auto database = open();
  ASSERT_THAT(database.run("INSERT INTO pod(name) VALUES('a')"), IsOk());
  ASSERT_THAT(database.backup_to(dir_ / "copy.db"), IsOk());
  EXPECT_THAT(database.backup_to(dir_ / "copy.db"), FailsWith(Code::kConflict, "exists"));
  auto copy = Database::open(dir_ / "copy.db", {.migrations = kSteps});
  ASSERT_THAT(copy, IsOk());
  EXPECT_EQ(count(*copy), 1);
}

}  // namespace
}  // namespace drover::os
