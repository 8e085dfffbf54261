#include "cluster/local/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/testing/temp_dir.h"

namespace drover::cluster::local {
namespace {

using ::testing::HasSubstr;

class State : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    state_.reset();
    auto opened = ClusterState::open(directory_ / "cluster.db");
    ASSERT_TRUE(opened) << opened.error().what;
    state_ = std::make_unique<ClusterState>(*std::move(opened));
  }
  static pods::PodSpec pod(const std::string& name) {
    pods::PodSpec spec;
    spec.name = name;
    spec.containers.push_back({.name = "c", .image = "dir:/", .command = {"sleep"}});
    return spec;
  }
  static ServiceSpec service(const std::string& name, const std::string& address = "") {
    return {.name = name,
            .selector = {{"app", name}},
            .ports =
                {{.name = "", .port = 80, .target_port = 80, .protocol = pods::PortProtocol::kTcp}},
            .cluster_ip = address};
  }

  os::testing::TempDir directory_;
  std::unique_ptr<ClusterState> state_;
  const Instant now_{std::chrono::hours{1}};
  const Subnet range_ = Network{}.services();
};

TEST_F(State, APodGoesThroughItsLifeAndSurvivesAReopen) {
  ASSERT_TRUE(state_->add_pod(pod("a"), NodeId{"n2"}, now_));
  auto record = state_->pod(WorkloadId{"a"});
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->pin, NodeId{"n2"});
  EXPECT_FALSE(record->node);
  EXPECT_FALSE(record->spec.uid.empty());
  auto placed = record->spec;
  placed.ip = "10.77.12.2";
  ASSERT_TRUE(state_->place(WorkloadId{"a"}, NodeId{"n2"}, placed));
  ASSERT_TRUE(state_->mark_started(WorkloadId{"a"}));
  ASSERT_TRUE(state_->observe(WorkloadId{"a"}, WorkloadPhase::kRunning, "fine"));
  ASSERT_TRUE(state_->move(WorkloadId{"a"}, NodeId{"n1"}));
  reopen();
  record = state_->pod(WorkloadId{"a"});
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->node, NodeId{"n1"});
  EXPECT_EQ(record->spec.ip, "10.77.12.2");
  EXPECT_TRUE(record->started);
  EXPECT_EQ(record->phase, WorkloadPhase::kRunning);
  EXPECT_EQ(record->message, "fine");
  EXPECT_EQ(record->created, now_);
}

TEST_F(State, APodOfTheSameNameIsAConflictUntilTheFirstIsGone) {
  ASSERT_TRUE(state_->add_pod(pod("a"), std::nullopt, now_));
  const auto first = state_->pod(WorkloadId{"a"})->spec.uid;
  const auto again = state_->add_pod(pod("a"), std::nullopt, now_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kConflict);
  EXPECT_THAT(again.error().what, HasSubstr("delete it first"));
  ASSERT_TRUE(state_->remove_pod(WorkloadId{"a"}));
  ASSERT_TRUE(state_->add_pod(pod("a"), std::nullopt, now_));
  EXPECT_NE(state_->pod(WorkloadId{"a"})->spec.uid, first);
}

TEST_F(State, UnknownPodsAreNotFoundWhateverTheirName) {
  for (const auto* name : {"x", "x'; DROP TABLE pods; --"}) {
    EXPECT_EQ(state_->mark_started(WorkloadId{name}).error().code, Code::kNotFound);
    EXPECT_EQ(state_->move(WorkloadId{name}, NodeId{"n"}).error().code, Code::kNotFound);
    EXPECT_EQ(state_->pod(WorkloadId{name}).error().code, Code::kNotFound);
  }
  EXPECT_TRUE(state_->pods());
}

TEST_F(State, AnAddressBelongsToOneOwnerUntilItGoes) {
  for (const auto* name : {"a", "b"}) {
    ASSERT_TRUE(state_->add_pod(pod(name), std::nullopt, now_));
  }
  auto placed = state_->pod(WorkloadId{"a"})->spec;
  placed.ip = "10.77.11.2";
  ASSERT_TRUE(state_->place(WorkloadId{"a"}, NodeId{"n1"}, placed));
  auto other = state_->pod(WorkloadId{"b"})->spec;
  other.ip = "10.77.11.2";
  EXPECT_EQ(state_->place(WorkloadId{"b"}, NodeId{"n1"}, other).error().code, Code::kConflict);
  EXPECT_FALSE(state_->pod(WorkloadId{"b"})->node)
      << "a refused placement must leave no half of it";
  ASSERT_TRUE(state_->remove_pod(WorkloadId{"a"}));
  EXPECT_TRUE(state_->place(WorkloadId{"b"}, NodeId{"n1"}, other));
}

TEST_F(State, AServiceKeepsItsAddress) {
  const auto first = state_->put_service(service("a"), range_);
  ASSERT_TRUE(first) << first.error().what;
  EXPECT_EQ(first->cluster_ip, "10.77.250.2");
  auto changed = service("a");
  changed.ports[0].target_port = 8080;
  EXPECT_EQ(state_->put_service(changed, range_)->cluster_ip, "10.77.250.2");
  EXPECT_EQ(state_->put_service(service("b"), range_)->cluster_ip, "10.77.250.3");
  ASSERT_EQ(state_->services()->size(), 2U);
  EXPECT_EQ(state_->services()->front().ports[0].target_port, 8080);
  ASSERT_TRUE(state_->remove_service("a"));
  EXPECT_EQ(state_->remove_service("a").error().code, Code::kNotFound);
  EXPECT_EQ(state_->put_service(service("c"), range_)->cluster_ip, "10.77.250.2");
}

TEST_F(State, AnAskedForServiceAddressMustBeFreeAndInRange) {
  EXPECT_EQ(state_->put_service(service("a", "10.77.250.9"), range_)->cluster_ip, "10.77.250.9");
  EXPECT_EQ(state_->put_service(service("b", "10.77.250.9"), range_).error().code, Code::kConflict);
  EXPECT_EQ(state_->put_service(service("b", "10.77.11.9"), range_).error().code, Code::kInvalid);
  EXPECT_EQ(state_->put_service(service("a", "10.77.250.10"), range_).error().code,
            Code::kConflict);
}

TEST_F(State, FactsAreRemembered) {
  EXPECT_EQ(*state_->recall("clock"), std::nullopt);
  ASSERT_TRUE(state_->remember("clock", "1"));
  ASSERT_TRUE(state_->remember("clock", "2"));
  reopen();
  EXPECT_EQ(*state_->recall("clock"), "2");
}

}  // namespace
}  // namespace drover::cluster::local
