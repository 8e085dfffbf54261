#include "carbon/postgres/postgres_store.h"

#include <cstdint>
#include <format>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "carbon/postgres/postgres_server_test.h"
#include "carbon/testing/interrupted_import.h"
#include "carbon/testing/store_contract.h"

namespace drover::carbon::testing {
namespace {

// One for all tests of this program; each has a database of its own.
class OneServer final : public ::testing::Environment {
 public:
  static PostgresServer& get() { return *server(); }
  void TearDown() override { server().reset(); }

 private:
  static std::unique_ptr<PostgresServer>& server() {
    static auto server = std::make_unique<PostgresServer>(PostgresServer::Options{});
    return server;
  }
};

const auto* const kEnvironment = ::testing::AddGlobalTestEnvironment(new OneServer);

std::unique_ptr<Store> opened(const std::string& connection) {
  auto store = open_postgres_store(connection);
  EXPECT_TRUE(store) << store.error().what;
  return std::move(*store);
}

INSTANTIATE_TEST_SUITE_P(Postgres, StoreContract, ::testing::Values(StoreMaker{[] {
                           return opened(OneServer::get().make_database());
                         }}));

void execute(const std::string& connection, const std::string& sql) {
  pqxx::connection database(connection);
  pqxx::nontransaction(database).exec(sql);
}

void expect_error(const Result<std::unique_ptr<Store>>& opened, Code code, std::string_view part) {
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, code) << opened.error().what;
  EXPECT_NE(opened.error().what.find(part), std::string::npos) << opened.error().what;
}

TEST(PostgresStore, WhatIsWrittenOutlivesTheConnection) {
  const auto database = OneServer::get().make_database();
  const Series series = hourly("DE", kMidnight, {1, kGap, 3});
  ASSERT_TRUE(opened(database)->write({series}, kNow));
  expect_equal(opened(database)->read(whole(series)), series);
}

TEST(PostgresStore, APasswordIsRefusedAndNeverPrinted) {
  for (const auto* connection :
       {"postgresql://me:hunter2@db.example/grid", "host=db.example password=hunter2",
        "postgresql://me@db.example/grid?password=hunter2",
        "postgres://me@db/grid?sslpassword=hunter2", "postgresql://me:hunter2%zz@db.example/grid",
        "password='hunter2", "hunter2"}) {
    const auto store = open_postgres_store(connection);
    ASSERT_FALSE(store) << connection;
    EXPECT_EQ(store.error().code, Code::kInvalid);
    EXPECT_EQ(store.error().what.find("hunter2"), std::string::npos) << store.error().what;
  }
  expect_error(open_postgres_store("postgresql://me:hunter2@db.example/grid"), Code::kInvalid,
               "PGPASSFILE");
}

TEST(PostgresStore, ADatabaseThatCannotBeReachedIsNamed) {
  expect_error(open_postgres_store(OneServer::get().to("nowhere")), Code::kUnavailable,
               "'nowhere'");
  expect_error(open_postgres_store("postgresql:///grid?host=/nonexistent"), Code::kUnavailable,
               "at /nonexistent");
}

TEST(PostgresStore, ForReadingNothingIsMade) {
  const auto database = OneServer::get().make_database();
  expect_error(open_postgres_store(database, {.make = false}), Code::kNotFound,
               "drover carbon import");
  expect_error(open_postgres_store(database, {.make = false}), Code::kNotFound, "no carbon data");
  (void)opened(database);
  EXPECT_TRUE(open_postgres_store(database, {.make = false}));
}

TEST(PostgresStore, ANewerSchemaIsAConflict) {
  const auto database = OneServer::get().make_database();
  (void)opened(database);
  execute(database, "INSERT INTO drover_carbon.migrations(version) VALUES(999)");
  expect_error(open_postgres_store(database), Code::kConflict, "version 999");
}

TEST(PostgresStore, AReaderNeedsNoMoreThanToRead) {
  const auto database = OneServer::get().make_database();
  const Series series = hourly("DE", kMidnight, {1});
  ASSERT_TRUE(opened(database)->write({series}, kNow));
  execute(database,
          "CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA drover_carbon TO reader;"
          "GRANT SELECT ON ALL TABLES IN SCHEMA drover_carbon TO reader");
  const auto store = opened(database + " user=reader");
  expect_equal(store->read(whole(series)), series);
  const auto refused = store->write({hourly("DE", kMidnight, {2})}, kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_NE(refused.error().what.find("permission denied"), std::string::npos);
}

TEST(PostgresStore, TheSchemaMayBeMadeByAnAdministrator) {
  const auto database = OneServer::get().make_database();
  execute(database, "CREATE ROLE owner LOGIN");
  expect_error(open_postgres_store(database + " user=owner"), Code::kUnavailable, "CREATE");
  execute(database, "CREATE SCHEMA drover_carbon AUTHORIZATION owner");
  EXPECT_TRUE(open_postgres_store(database + " user=owner"));
}

TEST(PostgresStore, TwoOpenANewDatabaseAndWriteAtOnce) {
  const auto database = OneServer::get().make_database();
  const auto series = many_series(4, 500);
  const auto import = [&] { return opened(database)->write(series, kNow)->inserted; };
  auto other = std::async(std::launch::async, import);
  const auto inserted = import() + other.get();
  MemoryStore expected;
  EXPECT_EQ(inserted, expected.write(series, kNow)->inserted) << "one of them wrote it";
  EXPECT_TRUE(all_is_there(*opened(database), expected, {}));
}

TEST(PostgresStore, AnotherWriterIsNotWaitedForForever) {
  const auto database = OneServer::get().make_database();
  (void)opened(database);
  pqxx::connection other(database);
  pqxx::work holding(other);
  holding.exec("LOCK TABLE drover_carbon.series");
  const auto store =
      open_postgres_store(database, {.lock_timeout = std::chrono::milliseconds{100}});
  ASSERT_TRUE(store) << store.error().what;
  const auto late = (*store)->write({hourly("DE", kMidnight, {1})}, kNow);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kTimeout) << late.error().what;
  holding.abort();
  EXPECT_TRUE((*store)->write({hourly("DE", kMidnight, {1})}, kNow)) << "and goes on afterwards";
}

TEST(PostgresStore, AConnectionThatWasLostComesBack) {
  PostgresServer& server = OneServer::get();
  const auto store = opened(server.make_database());
  const Series series = hourly("DE", kMidnight, {1, 2});
  ASSERT_TRUE(store->write({series}, kNow));
  server.kill_all();
  const auto down = store->read(whole(series));
  ASSERT_FALSE(down);
  EXPECT_EQ(down.error().code, Code::kUnavailable) << down.error().what;
  EXPECT_NE(down.error().what.find("is the server running"), std::string::npos);
  server.start();
  expect_equal(store->read(whole(series)), series);
  server.kill_all();
  server.start();
  expect_equal(store->read(whole(series)), series);
}

std::int64_t log_position(pqxx::connection& connection) {
  return pqxx::nontransaction(connection)
      .query_value<std::int64_t>("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint");
}

// Imports on a thread of its own until it is done, or the server's log has grown by `bytes`; what
// the log has grown by.
class Import {
 public:
  Import(Store& store, const std::vector<Series>& series)
      : done_(std::async(std::launch::async, [&] { return store.write(series, kNow); })) {}
  std::int64_t run_until(pqxx::connection& watching, std::int64_t bytes) {
    const auto begin = log_position(watching);
    std::int64_t grown = 0;
    while (grown < bytes && done_.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
      grown = log_position(watching) - begin;
    }
    return log_position(watching) - begin;
  }
  Result<ImportReport> result() { return done_.get(); }

 private:
  std::future<Result<ImportReport>> done_;
};

TEST(PostgresStore, AnImportOnAServerThatIsKilledIsThereAsAWholeOrNotAtAll) {
  PostgresServer server({.durable = true});
  const auto first = many_series(3, 100);
  const auto series = many_series(10, 5000);
  constexpr std::int64_t kNever = std::int64_t{1} << 60;
  std::int64_t size = 0;
  int failed = 0;
  const auto database = server.make_database();
  for (const int percent : {0, 3, 20, 40, 60, 80, 90, 95, 99, 1000}) {
    execute(database, "DROP SCHEMA IF EXISTS drover_carbon CASCADE");
    const auto store = opened(database);
    MemoryStore expected;
    ASSERT_TRUE(store->write(first, kNow));
    ASSERT_TRUE(expected.write(first, kNow));
    Result<ImportReport> result;
    {
      pqxx::connection watching(database);
      Import import(*store, series);
      const auto grown = import.run_until(watching, size == 0 ? kNever : size * percent / 100);
      server.kill_all();
      result = import.result();
      size = size == 0 ? grown : size;
    }
    server.start();
    const bool there = all_is_there(*store, expected, series);
    EXPECT_TRUE(there || !result) << "committed, and lost";
    failed += result ? 0 : 1;
    if (!result) {
      EXPECT_EQ(result.error().code, Code::kUnavailable) << result.error().what;
    }
    EXPECT_TRUE(store->write(series, kNow));
    EXPECT_TRUE(all_is_there(*store, expected, series)) << "importing again completes it";
  }
  EXPECT_GT(failed, 4);
}

}  // namespace
}  // namespace drover::carbon::testing
