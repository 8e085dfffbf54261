// Where a cluster keeps its files: the one place that knows the names. A node's part is in
// cluster/pods/layout.h.
//
//   <cluster>/cluster.yaml               as given to `drover up`
//   <cluster>/origin                     path of the file it was given as: relative paths begin
//   there <cluster>/complete                   made when `drover up` had made everything
//   <cluster>/made-parents               folders above this one that `drover up` made
//   <cluster>/cluster.db                 pods, services, addresses (docs/formats/cluster-db.md)
//   <cluster>/{migrations,ledger,carbon}.db
//   <cluster>/ca/{ca,controller,operator}.{crt,key}
//   <cluster>/controller.{json,log}      {"pid","start_ticks","address"}
//   <cluster>/fabric.json                namespace holder {"pid","start_ticks"}
//   <cluster>/images/                    unpacked OCI layouts
//   <cluster>/nodes/<node>/{node,agent}.json  namespace holder; agent
//   {"pid","start_ticks","address"} <cluster>/nodes/<node>/{agent.log,agent.crt,agent.key,ca.crt}
//   /dev/shm/drover-<hash of cluster>/   checkpoint images while a migration runs
#pragma once

#include <filesystem>
#include <string>

#include "base/id.h"
#include "cluster/pods/layout.h"

namespace drover::cluster::local {

struct ClusterPaths {
  std::filesystem::path dir;  // absolute: <state dir>/<cluster>

  [[nodiscard]] std::string name() const { return dir.filename(); }
  [[nodiscard]] std::filesystem::path cluster_file() const { return dir / "cluster.yaml"; }
  [[nodiscard]] std::filesystem::path origin() const { return dir / "origin"; }
  [[nodiscard]] std::filesystem::path complete() const { return dir / "complete"; }
  [[nodiscard]] std::filesystem::path made_parents() const { return dir / "made-parents"; }
  [[nodiscard]] std::filesystem::path cluster_db() const { return dir / "cluster.db"; }
  [[nodiscard]] std::filesystem::path migrations_db() const { return dir / "migrations.db"; }
  [[nodiscard]] std::filesystem::path ledger_db() const { return dir / "ledger.db"; }
  [[nodiscard]] std::filesystem::path carbon_db() const { return dir / "carbon.db"; }
  [[nodiscard]] std::filesystem::path ca() const { return dir / "ca"; }
  [[nodiscard]] std::filesystem::path controller() const { return dir / "controller.json"; }
  [[nodiscard]] std::filesystem::path controller_log() const { return dir / "controller.log"; }
  [[nodiscard]] std::filesystem::path fabric() const { return dir / "fabric.json"; }
  [[nodiscard]] std::filesystem::path images() const { return dir / "images"; }
  [[nodiscard]] pods::NodePaths node(const NodeId& node) const {
    return {dir / "nodes" / node.str()};
  }
  [[nodiscard]] std::filesystem::path node_holder(const NodeId& id) const {
    return node(id).dir / "node.json";
  }
  [[nodiscard]] std::filesystem::path agent(const NodeId& id) const {
    return node(id).dir / "agent.json";
  }
  [[nodiscard]] std::filesystem::path agent_log(const NodeId& id) const {
    return node(id).dir / "agent.log";
  }

  // Memory-backed folder for checkpoint images, unique to this cluster on this machine.
  [[nodiscard]] std::filesystem::path checkpoints() const;
  // Its control groups are /drover/<cgroup_name()>/…: two clusters of one name in different state
  // folders stay apart.
  [[nodiscard]] std::string cgroup_name() const;
  [[nodiscard]] std::string cgroup() const { return "/drover/" + cgroup_name(); }
};

// The environment variable that marks every process of a cluster; its value is ClusterPaths::dir.
inline constexpr const char* kClusterVariable = "DROVER_CLUSTER";

}  // namespace drover::cluster::local
