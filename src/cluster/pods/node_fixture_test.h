// A node for tests: its own network namespace, state directory and busybox image; everything is
// gone afterwards, whatever failed.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "cluster/pods/pod_runtime.h"
#include "os/netns.h"

namespace drover::cluster::pods {

// Why pods cannot be run here (no root, no runc, ...); empty: they can.
std::string missing_for_pods();
// And what checkpoints need besides.
std::string missing_for_checkpoints();

class NodeFixture : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  [[nodiscard]] PodRuntime& node() { return *node_; }
  [[nodiscard]] const PodRuntimeOptions& options() const { return options_; }

  // A pod of busybox containers; each runs a shell script.
  [[nodiscard]] PodSpec pod(
      const std::string& name,
      std::initializer_list<std::pair<std::string, std::string>> scripts) const;

  // Waits for a condition, at most 20 s; says what was waited for when it fails.
  static testing::AssertionResult eventually(const std::string& what,
                                             const std::function<bool()>& condition);

  [[nodiscard]] std::optional<ContainerStatus> container(const std::string& pod,
                                                         const std::string& name);
  [[nodiscard]] bool in_phase(const std::string& pod, const std::string& name,
                              ContainerPhase phase);
  [[nodiscard]] std::string log_of(const std::string& pod, const std::string& name);
  // What of the fixture is still on this machine: processes, links, control groups, runtime state,
  // pod directories.
  [[nodiscard]] std::string leftovers() const { return leftovers_of(options_); }
  static std::string leftovers_of(const PodRuntimeOptions& node);
  // One that stands for another node of the cluster: another state directory and cgroup, the same
  // network namespace.
  [[nodiscard]] PodRuntimeOptions other_node() const;

  std::filesystem::path dir_;

 private:
  void enter_namespace();
  void make_image();

  PodRuntimeOptions options_;
  std::optional<PodRuntime> node_;
  std::optional<os::NetNamespace> home_;
};

}  // namespace drover::cluster::pods
