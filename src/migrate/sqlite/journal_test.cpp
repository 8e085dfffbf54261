#include "migrate/sqlite/journal.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "migrate/sqlite/step_log.h"
#include "migrate/testing/journal_contract.h"
#include "os/testing/temp_dir.h"

namespace drover::migrate {
namespace {

// Removes its directory with itself.
struct ScratchJournal final : Journal {
  os::testing::TempDir dir;
  SqliteJournal journal = *SqliteJournal::open(dir / "migrations.db");
  Result<Epoch> next_epoch() override { return journal.next_epoch(); }
  Result<Migration> begin(const Request& request, Instant at) override {
    return journal.begin(request, at);
  }
  Result<> advance(const Transition& transition) override { return journal.advance(transition); }
  Result<> remark(const MigrationId& id, const std::string& trouble) override {
    return journal.remark(id, trouble);
  }
  Result<Migration> load(const MigrationId& id) override { return journal.load(id); }
  Result<std::vector<Migration>> list() override { return journal.list(); }
  Result<std::vector<Migration>> list_open() override { return journal.list_open(); }
};

}  // namespace

namespace testing {
namespace {

INSTANTIATE_TEST_SUITE_P(Sqlite, JournalContract, ::testing::Values(JournalFactory([] {
                           return std::make_unique<ScratchJournal>();
                         })));

}  // namespace
}  // namespace testing

namespace {

TEST(SqliteJournal, WhatWasWrittenIsThereAfterReopening) {
  const os::testing::TempDir dir;
  const auto path = dir / "migrations.db";
  MigrationId id;
  Epoch epoch = 0;
  {
    auto journal = SqliteJournal::open(path);
    ASSERT_TRUE(journal);
    epoch = *journal->next_epoch();
    id = journal->begin(testing::any_request(), Instant{})->id;
    ASSERT_TRUE(journal->advance({.id = id, .from = Phase::kPreflight, .to = Phase::kPrepare}));
  }
  auto journal = SqliteJournal::open(path);
  ASSERT_TRUE(journal);
  EXPECT_EQ(journal->load(id)->phase, Phase::kPrepare);
  EXPECT_EQ(*journal->next_epoch(), epoch + 1);
}

class StepLogTest : public ::testing::Test {
 protected:
  static StepRequest request(Step step, Epoch epoch = 1) {
    return {.id = MigrationId("m-000001"), .epoch = epoch, .step = step};
  }
  os::testing::TempDir dir_;
  std::unique_ptr<SqliteStepLog> log_ = *SqliteStepLog::open(dir_ / "steps.db");
};

TEST_F(StepLogTest, AnOlderEpochIsFencedOff) {
  ASSERT_TRUE(log_->begin(request(Step::kFreeze, 2)));
  const auto late = log_->begin(request(Step::kDump, 1));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kConflict);
}

TEST_F(StepLogTest, AFinishedStepKeepsItsReply) {
  ASSERT_TRUE(log_->begin(request(Step::kDump)));
  EXPECT_FALSE(log_->finished(MigrationId("m-000001"), Step::kDump)->has_value());
  ASSERT_TRUE(log_->finish(request(Step::kDump), {.image_bytes = Bytes{12}, .detail = "x"}));
  const auto reply = log_->finished(MigrationId("m-000001"), Step::kDump);
  ASSERT_TRUE(reply && *reply);
  EXPECT_EQ((*reply)->image_bytes, Bytes{12});
  EXPECT_EQ((*reply)->detail, "x");
}

TEST_F(StepLogTest, NothingFollowsTheEndOfAMigration) {
  ASSERT_TRUE(log_->begin(request(Step::kFreeze)));
  ASSERT_TRUE(log_->begin(request(Step::kThaw)));
  ASSERT_TRUE(log_->finish(request(Step::kThaw), {}));
  const auto late = log_->begin(request(Step::kDump));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kConflict);
  EXPECT_TRUE(log_->begin(request(Step::kThaw)));
  EXPECT_TRUE(*log_->begun(MigrationId("m-000001"), Step::kFreeze));
  EXPECT_FALSE(*log_->begun(MigrationId("m-000001"), Step::kPrepare));
}

}  // namespace
}  // namespace drover::migrate
