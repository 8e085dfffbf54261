// Who is who in a cluster: its certificate authority and the certificates of controller, operator
// and nodes.
#pragma once

#include <string>

#include "cluster/local/cluster_file.h"
#include "cluster/local/layout.h"
#include "os/ca.h"

namespace drover::cluster::local {

// Names as the peer's certificate carries them.
std::string controller_identity();
std::string operator_identity();
std::string node_identity(const NodeId& node);

os::TlsFiles controller_tls(const ClusterPaths& paths);
os::TlsFiles operator_tls(const ClusterPaths& paths);
os::TlsFiles node_tls(const ClusterPaths& paths, const NodeId& node);

// A new authority and all certificates. A node's folder holds what its agent needs and no more.
Result<> make_certificates(const ClusterPaths& paths, const ClusterFile& cluster, Instant now);

}  // namespace drover::cluster::local
