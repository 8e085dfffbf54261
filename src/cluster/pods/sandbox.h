// What the containers of a pod share: namespaces held by a pause process, the address, a few files
// under /etc.
//
// The pod's network looks the same on every node: eth0 with the pod's address as /32, a MAC made
// from it, and a gateway 169.254.1.1 that is always ee:ee:ee:ee:ee:ee. So a checkpoint finds on its
// new node what it left, and no ARP is ever needed.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "cluster/pods/layout.h"
#include "cluster/pods/pod_spec.h"
#include "os/process.h"

namespace drover::cluster::pods {

// The node's end of the pod's veth pair.
std::string device_name(const std::string& pod);
// 02:00 and the four bytes of the address; kInvalid when `ip` is not an IPv4 address.
Result<std::string> mac_address(const std::string& ip);

struct SandboxOptions {
  std::filesystem::path drover;  // has the subcommand `pause`
  std::vector<std::pair<std::string, std::string>>
      environment;  // of the pause process; marks it as the pod's
  std::uint32_t mtu = 1500;
};

// All of these run in the node's network namespace, and each may be repeated.

// Starts the pause process if it is not alive, then sets up the network and writes the files.
Result<os::ProcessId> ensure_sandbox(const PodSpec& spec, const PodPaths& paths,
                                     const SandboxOptions& options);
// The host route on this node.
Result<> attach_address(const PodSpec& spec);
Result<> detach_address(const PodSpec& spec);
bool is_attached(const PodSpec& spec);
// Ends the namespaces at once, with every socket in them.
Result<> remove_sandbox(const std::string& pod, const PodPaths& paths);

}  // namespace drover::cluster::pods
