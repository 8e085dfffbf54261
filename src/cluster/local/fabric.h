// The cluster's network: one bridge in the fabric's namespace, each node on it, routes to every
// node's pods.
//
//   fabric ns   br0 10.77.0.1/24 ── n1 ══ eth0 10.77.0.11/24   node n1 ns ── v… ══
//   eth0 10.77.11.2/32   pod ns
//                                └─ n2 ══ eth0 10.77.0.12/24   node n2 ns
//
// Nothing is made in the machine's own network namespace.
#pragma once

#include "cluster/local/cluster_file.h"
#include "os/netns.h"

namespace drover::cluster::local {

inline constexpr int kMtu = 1500;  // equal everywhere: a moved connection keeps its segment size

// The bridge, and routes to the pods of all nodes of the file.
Result<> make_fabric(const os::NetNamespace& fabric, const ClusterFile& cluster);

// Puts one node on the bridge, with its addresses, routes and link speed.
Result<> attach_node(const os::NetNamespace& fabric, const os::NetNamespace& node,
                     const ClusterFile& cluster, const NodeEntry& entry);

}  // namespace drover::cluster::local
