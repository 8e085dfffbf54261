#include "migrate/testing/journal_contract.h"

namespace drover::migrate::testing {
namespace {

constexpr Instant kStart{std::chrono::seconds(1000)};

Transition move_on(const Migration& migration, Phase to) {
  return {.id = migration.id,
          .from = migration.phase,
          .to = to,
          .at = kStart + std::chrono::seconds(1)};
}

TEST_P(JournalContract, AKeyBeginsOneMigration) {
  const auto first = journal_->begin(any_request("k1"), kStart);
  const auto again = journal_->begin(any_request("k1"), kStart + std::chrono::hours(1));
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->id, again->id);
  EXPECT_EQ(again->begun, kStart);
  EXPECT_EQ(journal_->list()->size(), 1U);
}

TEST_P(JournalContract, APodHasOneOpenMigration) {
  const auto first = journal_->begin(any_request("k1", "redis"), kStart);
  ASSERT_TRUE(first);
  const auto second = journal_->begin(any_request("k2", "redis"), kStart);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kConflict);
  EXPECT_TRUE(journal_->begin(any_request("k3", "other"), kStart));
}

TEST_P(JournalContract, ThePhaseIsACompareAndSwapCell) {
  const auto begun = journal_->begin(any_request(), kStart);
  ASSERT_TRUE(begun);
  ASSERT_TRUE(journal_->advance(move_on(*begun, Phase::kPrepare)));
  const auto late = journal_->advance(move_on(*begun, Phase::kRollback));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kConflict);
  EXPECT_EQ(journal_->load(begun->id)->phase, Phase::kPrepare);
}

TEST_P(JournalContract, TheTimelineKeepsEachPhaseWithItsDetail) {
  const auto begun = journal_->begin(any_request(), kStart);
  ASSERT_TRUE(begun);
  auto transition = move_on(*begun, Phase::kRollback);
  transition.detail = "what happened";
  transition.error = "why";
  transition.image_bytes = Bytes{70};
  ASSERT_TRUE(journal_->advance(transition));
  auto last = move_on(*journal_->load(begun->id), Phase::kAborted);
  last.at = kStart + std::chrono::seconds(3);
  ASSERT_TRUE(journal_->advance(last));
  const auto migration = journal_->load(begun->id);
  ASSERT_TRUE(migration);
  ASSERT_EQ(migration->timeline.size(), 2U);
  EXPECT_EQ(migration->timeline[0].phase, Phase::kPreflight);
  EXPECT_EQ(migration->timeline[0].detail, "what happened");
  EXPECT_EQ(migration->timeline[1].start, migration->timeline[0].end);
  EXPECT_EQ(migration->timeline[1].end, kStart + std::chrono::seconds(3));
  EXPECT_EQ(migration->ended, kStart + std::chrono::seconds(3));
  EXPECT_EQ(migration->error, "why");
  EXPECT_EQ(migration->image_bytes, Bytes{70});
}

TEST_P(JournalContract, ARemarkStandsUntilThePhaseEnds) {
  const auto begun = journal_->begin(any_request(), kStart);
  ASSERT_TRUE(begun);
  ASSERT_TRUE(journal_->remark(begun->id, "the agent does not answer"));
  EXPECT_EQ(journal_->load(begun->id)->timeline.back().detail, "the agent does not answer");
  ASSERT_TRUE(journal_->advance(move_on(*begun, Phase::kPrepare)));
  EXPECT_EQ(journal_->load(begun->id)->timeline.front().detail, "");
  const auto unknown = journal_->remark(MigrationId("m-000099"), "x");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::kNotFound);
}

TEST_P(JournalContract, AnEndedMigrationIsNotOpenAndFreesItsPod) {
  const auto begun = journal_->begin(any_request("k1"), kStart);
  ASSERT_TRUE(begun);
  ASSERT_TRUE(journal_->advance(move_on(*begun, Phase::kRollback)));
  ASSERT_TRUE(journal_->advance(move_on(*journal_->load(begun->id), Phase::kAborted)));
  EXPECT_TRUE(journal_->list_open()->empty());
  EXPECT_TRUE(journal_->begin(any_request("k2"), kStart));
  EXPECT_EQ(journal_->list_open()->size(), 1U);
}

TEST_P(JournalContract, EpochsGrow) {
  const auto first = journal_->next_epoch();
  const auto second = journal_->next_epoch();
  ASSERT_TRUE(first && second);
  EXPECT_LT(*first, *second);
}

TEST_P(JournalContract, AnUnknownIdIsNotFound) {
  for (const auto* id : {"m-000042", "nonsense", "m-", "m-12x"}) {
    const auto found = journal_->load(MigrationId(id));
    ASSERT_FALSE(found) << id;
    EXPECT_EQ(found.error().code, Code::kNotFound) << id;
  }
}

}  // namespace

Request any_request(std::string key, std::string pod) {
  return {.key = std::move(key),
          .pod = WorkloadId(std::move(pod)),
          .source = NodeId("a"),
          .destination = NodeId("b"),
          .reason = "test",
          .spec = "{}"};
}

}  // namespace drover::migrate::testing
