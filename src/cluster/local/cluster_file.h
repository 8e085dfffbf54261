// cluster.yaml: the nodes, zones, links, clock, policy and carbon source of a local cluster
// (docs/guide/local-cluster.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "cluster/local/address.h"
#include "cluster/local/layout.h"
#include "cluster/model.h"

namespace drover::cluster::local {

struct NodeEntry {
  NodeId name;
  ZoneId zone;
  int zone_line = 0;  // where the zone stands, for errors that only a carbon source can find
  Resources capacity;
  Power idle_power;
  Power peak_power;
  Bandwidth bandwidth;  // zero: not limited
  Duration latency{
      0};  // of its link to the fabric; recorded, not shaped, where the kernel has no netem
};

struct ListenAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 7440;  // 0: any free port
};

enum class ClockMode {
  kReal,
  kAccelerated,  // runs `speed` times faster than real time, from `start`
  kSimulated,    // stands still at `start` until it is told to go on
};
std::string_view to_string(ClockMode mode);

struct ClockEntry {
  ClockMode mode = ClockMode::kReal;
  std::optional<Instant> start;  // present unless the mode is real
  double speed = 1;              // cluster seconds per real second
};

struct PolicyEntry {
  std::string name = "stay";  // nothing is moved but by hand
  int name_line = 1;          // for errors that only the table of policies can find
  std::size_t max_moves = 3;  // per workload over the horizon
  std::size_t horizon_hours = 24;
  Duration interval = std::chrono::hours{1};  // between two decisions, in cluster time
  std::string forecaster = "seasonal-naive-24h";
  int forecaster_line = 1;
  Duration move_duration =
      std::chrono::seconds{60};  // cluster time that one move is charged for, at both ends
};

struct CarbonEntry {
  // Absolute path of an SQLite file, or a postgresql:// URI; absent: the synthetic grid.
  std::optional<std::string> store;
  // Of live data: what the controller has fetched into the store, and how often at most. Absolute.
  std::optional<std::filesystem::path> providers;
  std::string kind = "average";  // average | marginal
  std::string scope = "direct";  // direct | lifecycle
  std::string source;            // of a store with several for a zone; empty: whichever there is
  std::uint64_t seed = 1;        // of the synthetic grid
};

struct ClusterFile {
  std::string name = "drover";
  Network network;
  ListenAddress listen;
  std::uint16_t agent_port = 7441;
  std::vector<NodeEntry> nodes;  // in the file's order, which numbers them
  ClockEntry clock;
  PolicyEntry policy;
  CarbonEntry carbon;
};

// All problems at once, one a line, each as "file:line: field: value: what to write instead". Never
// throws, whatever the text. `file` names the text in errors, and relative paths in it are resolved
// against its folder.
Result<ClusterFile> parse_cluster_file(std::string_view text, const std::filesystem::path& file);
Result<ClusterFile> load_cluster_file(const std::filesystem::path& file);

// The file that a cluster was made from, as it is kept with the cluster.
Result<ClusterFile> load_own_cluster_file(const ClusterPaths& paths);

// Null when there is no such node.
const NodeEntry* find_node(const ClusterFile& cluster, const NodeId& name);

// 1 for the first node of the file; its addresses follow from it. The node must be one of the
// cluster's.
std::size_t node_number(const ClusterFile& cluster, const NodeId& name);

}  // namespace drover::cluster::local
