// One container of a pod, seen from the node: its files and its shim. What the shim does is in
// shim.h.
#pragma once

#include <string>

#include "base/result.h"
#include "cluster/pods/bundle.h"
#include "cluster/pods/pod_runtime.h"
#include "os/process.h"

namespace drover::cluster::pods {

struct ContainerContext {
  const PodRuntimeOptions& options;
  const PodSpec& spec;
  PodPaths pod;
};

// Below each hierarchy's root.
std::string pod_cgroup(const PodRuntimeOptions& options, const std::string& pod);

// The environment that marks a process as a pod's and tells drover-runtime where restores are.
std::vector<std::pair<std::string, std::string>> pod_environment(const PodRuntimeOptions& options,
                                                                 const PodPaths& pod);

// Whether its image and host paths are there.
Result<> check_container(const ContainerContext& context, const ContainerSpec& container);
// Directories and bundle. Nothing is changed for a container that has been started.
Result<> prepare_container(const ContainerContext& context, const ContainerSpec& container,
                           os::ProcessId sandbox);
// The shim, unless it has one or has ended.
Result<> start_container(const ContainerContext& context, const ContainerSpec& container);

ContainerStatus container_status(const ContainerPaths& paths, const std::string& name);

}  // namespace drover::cluster::pods
