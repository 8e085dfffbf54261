#include "cluster/local/agent_wire.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drover::cluster::local {
namespace {

TEST(AgentWire, PodStatusesComeBackEqual) {
  pods::PodStatus pod;
  pod.name = "p";
  pod.uid = "p-1";
  pod.ip = "10.77.11.2";
  pod.sandbox_alive = true;
  pod.containers = {{.name = "a",
                     .phase = pods::ContainerPhase::kExited,
                     .exit_code = 137,
                     .error = "\xff",
                     .init_pid = 0,
                     .restored = true},
                    {.name = "b",
                     .phase = pods::ContainerPhase::kRunning,
                     .exit_code = {},
                     .error = "",
                     .init_pid = 4,
                     .restored = false}};
  const auto back = parse_pod_statuses(to_json(std::vector{pod}));
  ASSERT_TRUE(back) << back.error().what;
  ASSERT_EQ(back->size(), 1U);
  EXPECT_EQ(back->front().containers[0].exit_code, 137);
  EXPECT_TRUE(back->front().containers[0].restored);
  EXPECT_EQ(back->front().containers[1].init_pid, 4);
  EXPECT_FALSE(back->front().containers[1].exit_code);
}

TEST(AgentWire, RoutesMustBeAddresses) {
  EXPECT_EQ(*parse_pod_route(to_json(PodRoute{"10.77.11.2", ""})), (PodRoute{"10.77.11.2", ""}));
  EXPECT_FALSE(parse_pod_route(R"({"ip":"10.77.11.2/8"})"));
  EXPECT_FALSE(parse_pod_route(R"({"ip":"10.77.11.2","via":"x"})"));
  EXPECT_FALSE(parse_pod_route(R"({})"));
}

RC_GTEST_PROP(AgentWire, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  (void)parse_pod_statuses(bytes).has_value();
  (void)parse_pod_route(bytes).has_value();
  (void)parse_log_chunk(bytes).has_value();
  const auto chunk = parse_log_chunk(to_json(LogChunk{.text = bytes, .next = bytes.size()}));
  RC_ASSERT(chunk.has_value());
}

}  // namespace
}  // namespace drover::cluster::local
