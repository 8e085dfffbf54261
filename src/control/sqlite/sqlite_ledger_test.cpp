#include "control/sqlite/sqlite_ledger.h"

#include <gtest/gtest.h>

#include "control/replay.h"
#include "control/sqlite/inputs_json.h"
#include "control/testing/ledger_contract.h"
#include "os/file.h"
#include "os/sqlite.h"
#include "os/testing/temp_dir.h"
#include "policy/registry.h"

namespace drover::control::testing {
namespace {

class SqliteHome final : public LedgerHome {
 public:
  SqliteHome() { reopen(); }
  Ledger& ledger() override { return *ledger_; }
  void reopen() override {
    ledger_.reset();
    ledger_ = std::move(open_sqlite_ledger(directory_ / "ledger.db").value());
  }

 private:
  os::testing::TempDir directory_;
  std::unique_ptr<Ledger> ledger_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, LedgerContract,
                         ::testing::Values([] { return std::make_unique<SqliteHome>(); }));

// A process that is killed leaves the write-ahead log as it is; a power cut may leave any prefix of
// what was not synced.
TEST(SqliteLedger, EveryCutOfItsLogOpensAsAPrefixOfWhatWasRecorded) {
  const os::testing::TempDir directory;
  const auto file = directory / "ledger.db";
  std::string database;
  std::string log;
  {
    const auto ledger = open_sqlite_ledger(file);
    for (int hour = 0; hour < 3; ++hour) {
      ASSERT_TRUE((*ledger)->record(make_tick({make_decision({})}, hour)));
    }
    database = *os::read_file(file);
    log = *os::read_file(directory / "ledger.db-wal");
  }
  std::size_t most = 0;
  for (std::size_t cut = 0; cut <= log.size(); cut += 5003) {
    const os::testing::TempDir copy;
    ASSERT_TRUE(os::atomic_write(copy / "ledger.db", database));
    ASSERT_TRUE(os::atomic_write(copy / "ledger.db-wal", log.substr(0, cut)));
    const auto ledger = open_sqlite_ledger(copy / "ledger.db");
    ASSERT_TRUE(ledger) << ledger.error().what;
    const auto acting = (*ledger)->acting();
    const auto ticks = (*ledger)->ticks(kAll);
    ASSERT_TRUE(acting && ticks);
    EXPECT_EQ(acting->size(), ticks->size()) << "a tick without its decision at " << cut;
    EXPECT_GE(ticks->size(), most);
    most = std::max(most, ticks->size());
  }
  EXPECT_GE(most, 2U);
}

TEST(SqliteLedger, AReaderSeesWhatTheWriterRecorded) {
  const os::testing::TempDir directory;
  const auto writer = open_sqlite_ledger(directory / "ledger.db");
  const auto reader = open_sqlite_ledger(directory / "ledger.db");
  ASSERT_TRUE((*writer)->record(make_tick({make_decision({})})));
  EXPECT_EQ((*reader)->history({})->size(), 1U);
}

TEST(SqliteLedger, ReplaysWhatItRecorded) {
  const os::testing::TempDir directory;
  const auto ledger = open_sqlite_ledger(directory / "ledger.db");
  auto tick = make_tick({});
  const auto policy = policy::make_policy("forecast");
  const auto plan = (*policy)->plan({.snapshot = tick.inputs->snapshot,
                                     .forecasts = tick.inputs->forecasts,
                                     .budgets = tick.inputs->budgets});
  tick.decisions.push_back({.decision = plan->decisions.front()});
  const auto recorded = (*ledger)->tick((*ledger)->record(tick)->id);
  EXPECT_TRUE(replay(*recorded, **policy)->empty());
  EXPECT_EQ(replay(*recorded, **policy::make_policy("stay"))->size(), 1U);
}

TEST(InputsJson, WhatIsReadHasTheDigestOfWhatWasWritten) {
  const auto inputs = make_inputs();
  const auto read = inputs_from_json(inputs_to_json(inputs));
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(digest_of(*read), digest_of(inputs));
}

TEST(InputsJson, WhatIsNoInputsIsAnError) {
  for (const auto* text :
       {"", "{", "[]", "{}", R"({"at_ms": "x"})", "\xff\xfe",
        R"({"at_ms":1,"nodes":[{}],"workloads":[],"forecasts":[],"budgets":[]})"}) {
    const auto read = inputs_from_json(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, Code::kInvalid);
  }
}

}  // namespace
}  // namespace drover::control::testing
