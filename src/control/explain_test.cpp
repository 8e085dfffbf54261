#include "control/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing/rig.h"

namespace drover::control {
namespace {

using ::testing::HasSubstr;
using testing::Rig;

const WorkloadId kRedis{"redis"};

testing::Table b_is_best() {
  return {{ZoneId{"A"}, std::vector(24, 300.0)}, {ZoneId{"B"}, std::vector(24, 100.0)}};
}

Explanation explained(Rig& rig) {
  return explain(kRedis, rig.cluster.snapshot, rig.history({.workload = kRedis})).value();
}

TEST(Explain, AWorkloadThatWasMoved) {
  Rig rig(testing::three_zones(), b_is_best());
  rig.tick(0);
  rig.settle(0, 1);
  rig.tick(1);
  EXPECT_EQ(to_text(explained(rig)),
            R"(redis is Running on nb (B).
Policy forecast moved it there at 2021-01-04T00:00:00Z: moves from na (A) to nb (B): 2400.00 gCO2eq over 24 h with 1 move instead of 7200.00 gCO2eq; not considered: C (no forecast).

last decision: 2 at 2021-01-04T01:00:00Z by policy forecast (planned)
  stays on nb (B): no schedule over 23 h with at most 2 moves emits less than 2300.00 gCO2eq; not considered: C (no forecast)
  stay on nb (B), 23 h                                          2300.00 gCO2eq
  chosen schedule: B 23 h                                       2300.00 gCO2eq
  runner-up: first A                                            2500.00 gCO2eq
  migration: 0 in the schedule                                     0.00 gCO2eq
  expected saving                                                  0.00 gCO2eq
  forecast perfect, issued 2021-01-04T01:00:00Z

last move: decision 1 at 2021-01-04T00:00:00Z, na -> nb, done, migration m-000001
  64.0 MiB sent, 900 ms in all, stood still for 180 ms
)");
}

TEST(Explain, AWorkloadThatIsBeingMoved) {
  Rig rig(testing::three_zones(), b_is_best());
  rig.tick(0);
  const auto explanation = explained(rig);
  EXPECT_EQ(explanation.standing, "redis is Migrating on na (A).");
  EXPECT_THAT(explanation.cause, HasSubstr("is moving it to nb (B) since 2021-01-04T00:00:00Z"));
}

TEST(Explain, AWorkloadWhoseMoveFailed) {
  Rig rig(testing::three_zones(), b_is_best());
  rig.cluster.abort_moves_of = {kRedis};
  rig.tick(0);
  rig.settle(0, 1);
  EXPECT_EQ(explained(rig).cause,
            "Its move to nb (B) at 2021-01-04T00:00:00Z failed: the restore failed.");
}

TEST(Explain, AWorkloadThatSomebodyElseMoved) {
  Rig rig(testing::three_zones(), b_is_best());
  rig.tick(0);
  rig.settle(0, 1);
  rig.cluster.snapshot.workloads[0].node = NodeId{"nc"};
  EXPECT_THAT(explained(rig).cause, HasSubstr("something else has moved it since"));
}

TEST(Explain, RefusalsSayWhichLimitDecided) {
  Rig rig(testing::three_zones(), b_is_best());
  rig.config.admit.max_concurrent_moves = 0;
  rig.restart();
  rig.tick(0);
  const auto explanation = explained(rig);
  ASSERT_EQ(explanation.refusals.size(), 1U);
  EXPECT_EQ(explanation.cause, "It was placed there; no policy has moved it.");
  EXPECT_THAT(to_text(explanation), HasSubstr("refused since:\n  2021-01-04T00:00:00Z to nb: at "
                                              "most 0 at a time may move, and 0 do\n"));
}

TEST(Explain, AnUnknownWorkloadIsAnErrorAForgottenOneIsNot) {
  Rig rig(testing::three_zones(), b_is_best());
  EXPECT_EQ(explain(WorkloadId{"rediss"}, rig.cluster.snapshot, {}).error().code, Code::kNotFound);
  rig.tick(0);
  rig.cluster.snapshot.workloads.clear();
  EXPECT_EQ(explained(rig).standing, "redis is not in the cluster any more.");
}

}  // namespace
}  // namespace drover::control
