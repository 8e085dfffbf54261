// A node as the worker's ports show it, in memory, obeying the physics of a migration and able to
// fail at call n.
#pragma once

#include <map>
#include <set>
#include <string>

#include "migrate/testing/memory.h"
#include "migrate/worker.h"

namespace drover::migrate::testing {

// Fails the call with the planted number once, before or after its effect.
struct Faults {
  int fail_at = 0;  // 0: never; calls are counted from 1
  bool after = false;
  Code code = Code::kUnavailable;
  int calls = 0;

  template <class Work>
  auto run(Work work) -> decltype(work()) {
    const bool now = ++calls == fail_at;
    if (now && !after) {
      return std::unexpected(Error{code, "planted"});
    }
    auto result = work();
    if (now) {
      return std::unexpected(Error{code, "planted, after the effect"});
    }
    return result;
  }
};

// What exists of the pod on one node.
struct FakePod {
  bool present = false;
  bool running = false;  // has a process that may execute, unless paused
  bool paused = false;
  bool locked = false;
  bool shut = false;     // turns new connections away
  bool started = false;  // its runtime waits for, or has done, a restore
};

class FakeNode final : public PodHost,
                       public CheckpointEngine,
                       public NetworkLock,
                       public Transfer,
                       public Rendezvous {
 public:
  FakeNode(Faults& faults, FakeNode* peer) : faults_(faults), peer_(peer) {}

  FakePod pod;
  bool dumped = false;
  bool shipped = false;  // a whole shipment is here
  bool staged = false;   // checkpoint images take memory
  bool restore_fails = false;
  bool dies_after_commit = false;
  std::set<std::string> marks;  // of the rendezvous
  void set_peer(FakeNode* peer) { peer_ = peer; }
  [[nodiscard]] bool executes() const { return pod.running && !pod.paused; }
  [[nodiscard]] bool reachable() const { return executes() && !pod.locked; }

  // PodHost
  Result<PodHandle> find(const WorkloadId& name) override;
  std::vector<std::string> obstacles(const std::string& spec) override;
  Result<PodHandle> prepare(const std::string& spec, const MigrationId& id) override;
  Result<> start(const WorkloadId& name) override;
  std::string failure(const WorkloadId& name) override;
  Result<> adopt(const WorkloadId& name) override;
  Result<> remove(const WorkloadId& name) override;
  Result<std::filesystem::path> staging(const MigrationId& id) override;
  Result<> drop_staging(const MigrationId& id) override;
  // CheckpointEngine
  std::vector<std::string> node_obstacles() override { return {}; }
  std::vector<std::string> obstacles(const ContainerHandle& container) override;
  Result<> pause(const ContainerHandle& container) override;
  Result<> resume(const ContainerHandle& container) override;
  Result<Bytes> dump(const MigrationId& id, const ContainerHandle& container,
                     const std::filesystem::path& images) override;
  Result<> settle(const MigrationId& id) override;
  // NetworkLock
  Result<> turn_away(const PodHandle& handle, const MigrationId& id) override;
  Result<> close(const PodHandle& handle, const MigrationId& id) override;
  Result<> open(const PodHandle& handle, const MigrationId& id) override;
  Result<bool> closed(const PodHandle& handle, const MigrationId& id) override;
  // Transfer
  Result<> reach(const NodeId& destination, const std::string& endpoint) override;
  Result<TransferReport> send(const Shipment& shipment) override;
  Result<bool> arrived(const MigrationId& id) override;
  // Rendezvous
  Result<> offer(const Offer& offer) override;
  Result<> ready(const MigrationId& id, const std::string& container) override;
  Result<> commit(const MigrationId& id, const std::string& container) override;
  Result<> abort(const MigrationId& id) override;
  Result<RestoreState> state(const MigrationId& id, const std::string& container) override;
  Result<RestoreState> wait(const MigrationId& id, const std::string& container, Duration limit,
                            bool (*done)(const RestoreState&)) override;
  Result<> clear(const MigrationId& id) override;

 private:
  Result<> mark(const std::string& name);
  void react();

  Faults& faults_;
  FakeNode* peer_;
};

}  // namespace drover::migrate::testing
