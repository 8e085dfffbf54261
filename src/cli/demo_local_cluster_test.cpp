#include "cli/demo_local_cluster.h"

#include <gtest/gtest.h>

namespace drover::cli {
namespace {

TEST(ReadMigration, TakesWhatTheApiSays) {
  const auto migration = read_migration(Json::parse(R"({
    "id": "m-000002", "pod": "redis", "from": "spa", "to": "isne", "reason": "cleaner", "phase": "dump", "outcome": "open",
    "error": "", "bytes": 1048576, "begun": "2026-01-05T10:00:01.250Z",
    "phases": [{"name": "freeze", "start_s": 0.0, "end_s": 0.25}, {"name": "dump", "start_s": 0.25, "end_s": null}]})"));
  EXPECT_EQ(migration.id, MigrationId{"m-000002"});
  EXPECT_EQ(migration.to, NodeId{"isne"});
  EXPECT_EQ(migration.outcome, "open");
  EXPECT_EQ(migration.bytes, Bytes::mebibytes(1));
  EXPECT_EQ(format_time(migration.begun), "2026-01-05T10:00:01.250Z");
  ASSERT_EQ(migration.phases.size(), 2U);
  EXPECT_EQ(migration.phases[0].end_s, 0.25);
  EXPECT_EQ(migration.phases[1].end_s, 0.25) << "a phase that goes on has no end yet";
}

TEST(ReadMigration, AnotherVersionsAnswerIsNoCrash) {
  for (const auto* text : {"null", "[]", "7", "{}", R"({"phases": 3})",
                           R"({"phases": [1, null, {}]})", R"({"begun": "soon"})"}) {
    EXPECT_NO_THROW((void)read_migration(Json::parse(text))) << text;
  }
}

}  // namespace
}  // namespace drover::cli
