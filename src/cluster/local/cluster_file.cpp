#include "cluster/local/cluster_file.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>

#include "cluster/local/quantity.h"
#include "cluster/local/yaml_reader.h"
#include "os/file.h"

namespace drover::cluster::local {
namespace {

constexpr double kMaxWatts = 1e6;
constexpr double kMaxSpeed = 1e6;
constexpr std::int64_t kMaxMoves = 1000;
constexpr std::int64_t kMaxSeed = 1'000'000'000;
constexpr std::int64_t kMaxHorizonHours = 24 * 14;

Result<ListenAddress> parse_listen(std::string_view text) {
  const auto wrong =
      invalid("is not an address and port; use 127.0.0.1:7440, with port 0 for any free one");
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || !parse_ipv4(text.substr(0, colon))) {
    return wrong;
  }
  const auto digits = text.substr(colon + 1);
  ListenAddress listen{.host = std::string(text.substr(0, colon))};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), listen.port);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return wrong;
  }
  return listen;
}

Result<Network> parse_network(std::string_view text) {
  return Network::parse(text).transform_error([](Error error) {
    error.what = "must be an IPv4 /16 network of private addresses; use 10.77.0.0/16, for example";
    return error;
  });
}

void read_power(const Field& field, NodeEntry& node) {
  field.only({"idleWatts", "peakWatts"});
  node.idle_power = Power::watts(field.at("idleWatts").number(0, kMaxWatts).value_or(0));
  node.peak_power =
      Power::watts(field.at("peakWatts").number(0, kMaxWatts).value_or(node.idle_power.watts()));
  if (node.peak_power < node.idle_power) {
    field.at("peakWatts").problem("is below idleWatts; a busy node draws more than an idle one");
  }
}

void read_uplink(const Field& field, NodeEntry& node) {
  field.only({"bandwidth", "latency"});
  node.bandwidth = field.at("bandwidth").parsed(parse_bandwidth).value_or(Bandwidth{});
  node.latency = field.at("latency").parsed(parse_duration).value_or(Duration{0});
}

NodeEntry read_node(const Field& field) {
  field.only({"name", "zone", "cpu", "memory", "power", "uplink"});
  NodeEntry node;
  node.name = NodeId{field.need("name", "a name, such as 'name: n1'").label().value_or("")};
  const auto zone = field.need("zone", "the node's grid zone, such as 'zone: US-NE-ISNE'");
  node.zone = ZoneId{zone.text().value_or("")};
  node.zone_line = zone.line();
  node.capacity.cpu_cores =
      field.need("cpu", "the node's cores, such as 'cpu: 2'").parsed(parse_cpu).value_or(0);
  node.capacity.memory = field.need("memory", "the node's memory, such as 'memory: 2Gi'")
                             .parsed(parse_memory)
                             .value_or(Bytes{});
  read_power(field.at("power"), node);
  read_uplink(field.at("uplink"), node);
  return node;
}

void check_names(const std::vector<Field>& fields, const std::vector<NodeEntry>& nodes) {
  std::map<NodeId, int> first_line;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto name = fields[i].at("name");
    const auto [first, added] = first_line.emplace(nodes[i].name, name.line());
    if (!added && !nodes[i].name.empty()) {
      name.problem(std::format("is the name of the node on line {} too; give each node its own",
                               first->second));
    }
  }
}

std::vector<NodeEntry> read_nodes(const Field& field) {
  const auto fields = field.items();
  std::vector<NodeEntry> nodes;
  std::ranges::transform(fields, std::back_inserter(nodes), read_node);
  check_names(fields, nodes);
  if (field.present() && fields.empty()) {
    field.problem("has no node; add at least one");
  }
  if (nodes.size() > kMaxNodes) {
    field.problem(
        std::format("has {} nodes; a local cluster has at most {}", nodes.size(), kMaxNodes));
  }
  return nodes;
}

ClockEntry read_clock(const Field& field) {
  field.only({"mode", "start", "speed"});
  ClockEntry clock;
  const auto mode = field.at("mode").one_of({"real", "accelerated", "simulated"}).value_or("real");
  clock.mode = mode == "real"          ? ClockMode::kReal
               : mode == "accelerated" ? ClockMode::kAccelerated
                                       : ClockMode::kSimulated;
  const auto start = field.at("start");
  clock.start = start.parsed([](std::string_view text) {
    return parse_time(text).transform_error([](Error error) {
      error.what = "is not a time; use UTC such as 2021-01-01T00:00:00Z";
      return error;
    });
  });
  const auto speed = field.at("speed");
  clock.speed = speed.number(1, kMaxSpeed).value_or(1);
  if (clock.mode == ClockMode::kReal && (start.present() || speed.present())) {
    field.problem(
        "has start or speed, which mean nothing in real time; add 'mode: accelerated', or remove "
        "them");
  }
  if (clock.mode != ClockMode::kReal && !start.present()) {
    start.problem(std::format(
        "is missing; say when the {} clock begins, such as 'start: 2021-01-01T00:00:00Z'", mode));
  }
  return clock;
}

PolicyEntry read_policy(const Field& field) {
  field.only({"name", "maxMoves", "horizonHours", "interval", "forecaster", "moveDuration"});
  PolicyEntry policy;
  policy.name = field.at("name").text().value_or(policy.name);
  policy.name_line = field.at("name").line();
  policy.max_moves =
      static_cast<std::size_t>(field.at("maxMoves").integer(0, kMaxMoves).value_or(3));
  policy.horizon_hours =
      static_cast<std::size_t>(field.at("horizonHours").integer(1, kMaxHorizonHours).value_or(24));
  const auto interval = field.at("interval");
  policy.interval = interval.parsed(parse_duration).value_or(policy.interval);
  if (policy.interval < std::chrono::minutes{1}) {
    interval.problem("is too short; decide at most once a minute of cluster time");
  }
  policy.move_duration =
      field.at("moveDuration").parsed(parse_duration).value_or(policy.move_duration);
  policy.forecaster = field.at("forecaster").text().value_or(policy.forecaster);
  policy.forecaster_line = field.at("forecaster").line();
  return policy;
}

CarbonEntry read_carbon(const Field& field, const std::filesystem::path& file) {
  field.only({"store", "providers", "synthetic", "kind", "scope", "source", "seed"});
  CarbonEntry carbon;
  const auto beside = [&](const std::string& path) {
    return std::filesystem::absolute(file.parent_path() / path).lexically_normal();
  };
  const auto store = field.at("store");
  if (const auto where = store.text()) {
    carbon.store = where->contains("://") ? *where : beside(*where).string();
  }
  const auto providers = field.at("providers");
  if (const auto path = providers.text()) {
    carbon.providers = beside(*path);
    if (!carbon.store) {
      providers.problem("needs 'store', the database that what they say is written to");
    }
  }
  if (field.at("synthetic").boolean().value_or(false) && carbon.store) {
    store.problem("stands beside 'synthetic: true'; keep one of them");
  }
  carbon.kind = field.at("kind").one_of({"average", "marginal"}).value_or(carbon.kind);
  carbon.scope = field.at("scope").one_of({"direct", "lifecycle"}).value_or(carbon.scope);
  carbon.source = field.at("source").text().value_or(carbon.source);
  carbon.seed = static_cast<std::uint64_t>(field.at("seed").integer(0, kMaxSeed).value_or(1));
  return carbon;
}

ClusterFile read_cluster(const Field& root, const std::filesystem::path& file) {
  root.only({"name", "network", "controller", "agent", "nodes", "clock", "policy", "carbon"});
  ClusterFile cluster;
  cluster.name = root.at("name").label().value_or(cluster.name);
  cluster.network = root.at("network").parsed(parse_network).value_or(Network{});
  const auto controller = root.at("controller");
  controller.only({"listen"});
  cluster.listen = controller.at("listen").parsed(parse_listen).value_or(ListenAddress{});
  const auto agent = root.at("agent");
  agent.only({"port"});
  cluster.agent_port =
      static_cast<std::uint16_t>(agent.at("port").integer(1, 65535).value_or(cluster.agent_port));
  cluster.nodes =
      read_nodes(root.need("nodes", "a list of nodes, each with name, zone, cpu and memory"));
  cluster.clock = read_clock(root.at("clock"));
  cluster.policy = read_policy(root.at("policy"));
  cluster.carbon = read_carbon(root.at("carbon"), file);
  if (cluster.carbon.providers && cluster.clock.mode != ClockMode::kReal) {
    root.at("carbon").at("providers").problem("needs the real clock: what they say is of today");
  }
  return cluster;
}

}  // namespace

std::string_view to_string(ClockMode mode) {
  switch (mode) {
    case ClockMode::kReal:
      return "real";
    case ClockMode::kAccelerated:
      return "accelerated";
    case ClockMode::kSimulated:
      return "simulated";
  }
  return "real";
}

Result<ClusterFile> parse_cluster_file(std::string_view text, const std::filesystem::path& file) {
  const auto documents = read_yaml(text, file);
  if (!documents) {
    return std::unexpected(documents.error());
  }
  Problems problems(file);
  if (documents->size() != 1 || !documents->front().IsMap()) {
    problems.add(1, "", "", "must hold one YAML map with 'nodes'; see docs/guide/local-cluster.md");
    return problems.error();
  }
  try {
    auto cluster = read_cluster(Field(problems, documents->front(), "", 1), file);
    if (problems.empty()) {
      return cluster;
    }
  } catch (const YAML::Exception& error) {
    problems.add(error.mark.line + 1, "", "", error.msg);
  }
  return problems.error();
}

Result<ClusterFile> load_cluster_file(const std::filesystem::path& file) {
  return read_text_file(file).and_then(
      [&](const std::string& text) { return parse_cluster_file(text, file); });
}

Result<ClusterFile> load_own_cluster_file(const ClusterPaths& paths) {
  const auto origin = os::read_file(paths.origin());
  return read_text_file(paths.cluster_file()).and_then([&](const std::string& text) {
    return parse_cluster_file(text, origin ? std::filesystem::path(*origin) : paths.cluster_file());
  });
}

const NodeEntry* find_node(const ClusterFile& cluster, const NodeId& name) {
  const auto found = std::ranges::find(cluster.nodes, name, &NodeEntry::name);
  return found == cluster.nodes.end() ? nullptr : &*found;
}

std::size_t node_number(const ClusterFile& cluster, const NodeId& name) {
  const auto found = std::ranges::find(cluster.nodes, name, &NodeEntry::name);
  return static_cast<std::size_t>(found - cluster.nodes.begin()) + 1;
}

}  // namespace drover::cluster::local
