#include "migrate/testing/fake_node.h"

#include <gtest/gtest.h>

namespace drover::migrate::testing {

Result<PodHandle> FakeNode::find(const WorkloadId& name) {
  return faults_.run([&]() -> Result<PodHandle> {
    if (!pod.present) {
      return not_found("no such pod here");
    }
    return PodHandle{
        .pod = name, .sandbox_pid = 1, .containers = {{.name = "c", .runtime_id = "p.c"}}};
  });
}

std::vector<std::string> FakeNode::obstacles(const std::string&) {
  return pod.present ? std::vector<std::string>{"the name is taken"} : std::vector<std::string>{};
}

Result<PodHandle> FakeNode::prepare(const std::string&, const MigrationId&) {
  return faults_.run([&]() -> Result<PodHandle> {
    pod.present = true;
    return PodHandle{.pod = WorkloadId("redis"), .sandbox_pid = 1, .containers = {{.name = "c"}}};
  });
}

Result<> FakeNode::start(const WorkloadId&) {
  return faults_.run([&]() -> Result<> {
    EXPECT_TRUE(pod.locked) << "a restore in front of an open lock";
    pod.started = true;
    react();
    return {};
  });
}

std::string FakeNode::failure(const WorkloadId&) { return {}; }

Result<> FakeNode::adopt(const WorkloadId&) {
  return faults_.run([]() -> Result<> { return {}; });
}

Result<> FakeNode::remove(const WorkloadId&) {
  return faults_.run([&]() -> Result<> {
    EXPECT_FALSE(reachable()) << "a pod that serves was removed";
    pod = FakePod();
    return {};
  });
}

Result<std::filesystem::path> FakeNode::staging(const MigrationId&) {
  return faults_.run([&]() -> Result<std::filesystem::path> {
    staged = true;
    return "/staging";
  });
}

Result<> FakeNode::drop_staging(const MigrationId&) {
  return faults_.run([&]() -> Result<> {
    staged = false;
    shipped = false;
    dumped = false;
    return {};
  });
}

std::vector<std::string> FakeNode::obstacles(const ContainerHandle&) { return {}; }

Result<> FakeNode::pause(const ContainerHandle&) {
  return faults_.run([&]() -> Result<> {
    pod.paused = true;
    return {};
  });
}

Result<> FakeNode::resume(const ContainerHandle&) {
  return faults_.run([&]() -> Result<> {
    EXPECT_FALSE(peer_->executes()) << "two copies run";
    pod.paused = false;
    return {};
  });
}

Result<Bytes> FakeNode::dump(const MigrationId&, const ContainerHandle&,
                             const std::filesystem::path&) {
  return faults_.run([&]() -> Result<Bytes> {
    EXPECT_TRUE(pod.paused && pod.locked && pod.shut);
    dumped = true;
    return Bytes{100};
  });
}

Result<> FakeNode::settle(const MigrationId&) {
  return faults_.run([]() -> Result<> { return {}; });
}

Result<> FakeNode::turn_away(const PodHandle&, const MigrationId&) {
  return faults_.run([&]() -> Result<> {
    pod.shut = true;
    return {};
  });
}

Result<> FakeNode::close(const PodHandle&, const MigrationId&) {
  return faults_.run([&]() -> Result<> {
    EXPECT_FALSE(pod.running && !pod.paused) << "lock before pause";
    pod.locked = true;
    return {};
  });
}

Result<> FakeNode::open(const PodHandle&, const MigrationId&) {
  return faults_.run([&]() -> Result<> {
    pod.locked = pod.shut = false;
    return {};
  });
}

Result<bool> FakeNode::closed(const PodHandle&, const MigrationId&) {
  return faults_.run([&]() -> Result<bool> { return pod.locked; });
}

Result<> FakeNode::reach(const NodeId&, const std::string&) { return {}; }

Result<TransferReport> FakeNode::send(const Shipment&) {
  return faults_.run([&]() -> Result<TransferReport> {
    EXPECT_TRUE(dumped);
    EXPECT_TRUE(peer_->pod.present);
    peer_->shipped = true;
    return TransferReport{.raw = Bytes{100}, .sent = Bytes{50}};
  });
}

Result<bool> FakeNode::arrived(const MigrationId&) {
  return faults_.run([&]() -> Result<bool> { return shipped; });
}

Result<> FakeNode::mark(const std::string& name) {
  return faults_.run([&]() -> Result<> {
    marks.insert(name);
    react();
    return {};
  });
}

// What runtime and hook do when they look.
void FakeNode::react() {
  if (marks.contains("done") || !pod.started || !marks.contains("ready")) {
    return;
  }
  if (restore_fails) {
    marks.insert("done");
    return;
  }
  EXPECT_TRUE(shipped);
  marks.insert("restored");
  if (marks.contains("commit")) {
    marks.insert("done");
    if (!dies_after_commit) {
      EXPECT_FALSE(peer_->executes()) << "two copies run";
      marks.insert("resuming");
      pod.running = true;
    }
  } else if (marks.contains("abort")) {
    marks.insert("done");
  }
}

Result<> FakeNode::offer(const Offer&) { return mark("offer"); }
Result<> FakeNode::ready(const MigrationId&, const std::string&) { return mark("ready"); }
Result<> FakeNode::commit(const MigrationId&, const std::string&) { return mark("commit"); }
Result<> FakeNode::abort(const MigrationId&) {
  // Nothing was offered: there is nobody to tell.
  return marks.empty() ? Result<>{} : mark("abort");
}

Result<RestoreState> FakeNode::state(const MigrationId&, const std::string&) {
  RestoreState state{.offered = marks.contains("offer"),
                     .consumed = pod.started,
                     .restored = marks.contains("restored"),
                     .resuming = marks.contains("resuming")};
  if (marks.contains("done")) {
    const bool good = marks.contains("resuming");
    state.end = RestoreEnd{.exit_code = good ? 0 : 1, .error = good ? "" : "restore failed"};
  }
  return state;
}

Result<RestoreState> FakeNode::wait(const MigrationId& id, const std::string& container, Duration,
                                    bool (*done)(const RestoreState&)) {
  return faults_.run([&]() -> Result<RestoreState> {
    auto now = state(id, container);
    EXPECT_TRUE(done(*now)) << "would wait for ever";
    return now;
  });
}

Result<> FakeNode::clear(const MigrationId&) {
  return faults_.run([&]() -> Result<> {
    marks.clear();
    return {};
  });
}

}  // namespace drover::migrate::testing
