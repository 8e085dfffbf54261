#include "cluster/local/state.h"

#include <array>
#include <format>
#include <mutex>

#include "cluster/local/address.h"
#include "os/sqlite.h"

namespace drover::cluster::local {
namespace {

// Schema step i takes user_version from i to i + 1 (docs/formats/cluster-db.md).
constexpr std::array<std::string_view, 1> kSchema = {R"(
CREATE TABLE pods (
  name TEXT PRIMARY KEY,
  spec TEXT NOT NULL,
  pin TEXT,
  node TEXT,
  started INTEGER NOT NULL DEFAULT 0 CHECK (started IN (0, 1)),
  deleting INTEGER NOT NULL DEFAULT 0 CHECK (deleting IN (0, 1)),
  phase TEXT NOT NULL,
  message TEXT NOT NULL DEFAULT '',
  created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE services (
  name TEXT PRIMARY KEY,
  spec TEXT NOT NULL
) STRICT;
CREATE TABLE addresses (
  ip TEXT PRIMARY KEY,
  owner TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE facts (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
CREATE TABLE uids (
  number INTEGER PRIMARY KEY AUTOINCREMENT
) STRICT;
)"};

constexpr std::string_view kPodColumns =
    "spec, pin, node, started, deleting, phase, message, created_ms";

// A row as it was read; turned into a record outside of the row function, which cannot fail.
struct PodRow {
  std::string spec;
  std::optional<std::string> pin;
  std::optional<std::string> node;
  bool started;
  bool deleting;
  std::string phase;
  std::string message;
  Instant created;
};

PodRow pod_row(const os::Row& row) {
  return {.spec = row.text(0),
          .pin = row.maybe_text(1),
          .node = row.maybe_text(2),
          .started = row.integer(3) != 0,
          .deleting = row.integer(4) != 0,
          .phase = row.text(5),
          .message = row.text(6),
          .created = row.time(7)};
}

std::optional<NodeId> node_of(const std::optional<std::string>& name) {
  return name ? std::optional(NodeId{*name}) : std::nullopt;
}

Result<PodRecord> record_of(PodRow row) {
  auto spec = pods::parse_pod_spec(row.spec);
  if (!spec) {
    return std::unexpected(spec.error());
  }
  return parse_workload_phase(row.phase).transform([&](WorkloadPhase phase) {
    return PodRecord{.spec = *std::move(spec),
                     .pin = node_of(row.pin),
                     .node = node_of(row.node),
                     .started = row.started,
                     .deleting = row.deleting,
                     .phase = phase,
                     .message = std::move(row.message),
                     .created = row.created};
  });
}

std::string owner_of_pod(std::string_view name) { return std::format("pod/{}", name); }
std::string owner_of_service(std::string_view name) { return std::format("service/{}", name); }

std::unexpected<Error> no_such_pod(const WorkloadId& name) {
  return not_found(std::format("there is no pod '{}'; `drover get pods` lists them", name));
}

// What the service has, what its manifest asks for, or the lowest free one.
Result<std::string> choose_address(const ServiceSpec& spec, const std::optional<std::string>& given,
                                   const std::set<Ipv4>& taken, const Subnet& range) {
  const auto& wanted = spec.cluster_ip;
  if (given) {
    if (!wanted.empty() && wanted != *given) {
      return conflict(
          std::format("service '{}' has the address {} and keeps it; remove clusterIP: {}, or "
                      "delete the service first",
                      spec.name, *given, wanted));
    }
    return *given;
  }
  if (wanted.empty()) {
    const auto free = free_address(range, taken);
    return free ? Result<std::string>(to_string(*free))
                : conflict(std::format("all addresses of {} are in use", to_string(range)));
  }
  const auto address = parse_ipv4(wanted);
  if (!address || !range.contains(*address) || *address <= range.base) {
    return invalid(std::format("clusterIP {} is not one of {}; remove it to get a free one", wanted,
                               to_string(range)));
  }
  if (taken.contains(*address)) {
    return conflict(std::format("clusterIP {} is in use; remove it to get a free one", wanted));
  }
  return wanted;
}

}  // namespace

struct ClusterState::Impl {
  explicit Impl(os::Database opened) : database(std::move(opened)) {}

  // One UPDATE of one pod; its name is the last of the values.
  Result<> update_pod(const WorkloadId& name, std::string_view sql,
                      std::initializer_list<os::SqlValue> values) {
    const std::scoped_lock lock(mutex);
    return database.run(sql, values).and_then([&]() -> Result<> {
      if (database.changes() == 0) {
        return no_such_pod(name);
      }
      return {};
    });
  }

  Result<std::vector<PodRecord>> read_pods(const std::string& condition,
                                           std::initializer_list<os::SqlValue> values) {
    std::vector<PodRow> rows;
    const auto read =
        database.query(std::format("SELECT {} FROM pods {} ORDER BY name", kPodColumns, condition),
                       values, [&](const os::Row& row) { rows.push_back(pod_row(row)); });
    if (!read) {
      return std::unexpected(read.error());
    }
    std::vector<PodRecord> records;
    for (auto& row : rows) {
      auto record = record_of(std::move(row));
      if (!record) {
        return std::unexpected(record.error());
      }
      records.push_back(*std::move(record));
    }
    return records;
  }

  Result<std::optional<std::string>> read_text(std::string_view sql, std::string_view key) {
    std::optional<std::string> text;
    return database.query(sql, {key}, [&](const os::Row& row) { text = row.text(0); })
        .transform([&] { return text; });
  }

  Result<std::set<Ipv4>> read_addresses() {
    std::set<Ipv4> taken;
    const auto add = [&](const os::Row& row) {
      if (const auto address = parse_ipv4(row.text(0))) {
        taken.insert(*address);
      }
    };
    return database.query("SELECT ip FROM addresses", {}, add).transform([&] { return taken; });
  }

  Result<> write_service(const ServiceSpec& spec) {
    return database
        .run("INSERT INTO addresses(ip, owner) VALUES(?, ?) ON CONFLICT(owner) DO NOTHING",
             {spec.cluster_ip, owner_of_service(spec.name)})
        .and_then([&] {
          return database.run(
              "INSERT INTO services(name, spec) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET spec "
              "= excluded.spec",
              {spec.name, to_json(spec)});
        });
  }

  os::Database database;
  std::mutex mutex;  // guards database
};

ClusterState::ClusterState(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClusterState::ClusterState(ClusterState&&) noexcept = default;
ClusterState& ClusterState::operator=(ClusterState&&) noexcept = default;
ClusterState::~ClusterState() = default;

Result<ClusterState> ClusterState::open(const std::filesystem::path& file) {
  return os::Database::open(file, {.migrations = kSchema}).transform([](os::Database database) {
    return ClusterState(std::make_unique<Impl>(std::move(database)));
  });
}

Result<> ClusterState::add_pod(pods::PodSpec spec, const std::optional<NodeId>& pin, Instant now) {
  const std::scoped_lock lock(impl_->mutex);
  auto& database = impl_->database;
  return database.transaction([&] {
    return database.run("INSERT INTO uids DEFAULT VALUES").and_then([&] {
      spec.uid = std::format("{}-{:06}", spec.name, database.last_insert_id());
      return database
          .run("INSERT INTO pods(name, spec, pin, phase, created_ms) VALUES(?, ?, ?, ?, ?)",
               {spec.name, pods::to_json(spec), pin ? std::optional(pin->str()) : std::nullopt,
                to_string(WorkloadPhase::kPending), now})
          .transform_error([&](Error error) {
            if (error.code == Code::kConflict) {
              error.what = std::format(
                  "pod '{}' exists already; delete it first, since a running pod cannot be changed",
                  spec.name);
            }
            return error;
          });
    });
  });
}

Result<std::vector<PodRecord>> ClusterState::pods() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->read_pods("", {});
}

Result<PodRecord> ClusterState::pod(const WorkloadId& name) const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->read_pods("WHERE name = ?", {name.str()})
      .and_then([&](std::vector<PodRecord> found) -> Result<PodRecord> {
        if (found.empty()) {
          return no_such_pod(name);
        }
        return std::move(found.front());
      });
}

Result<> ClusterState::place(const WorkloadId& name, const NodeId& node,
                             const pods::PodSpec& placed) {
  const std::scoped_lock lock(impl_->mutex);
  auto& database = impl_->database;
  return database.transaction([&] {
    return database
        .run("INSERT INTO addresses(ip, owner) VALUES(?, ?)", {placed.ip, owner_of_pod(name.str())})
        .and_then([&] {
          return database.run("UPDATE pods SET node = ?, spec = ? WHERE name = ? AND node IS NULL",
                              {node.str(), pods::to_json(placed), name.str()});
        });
  });
}

Result<> ClusterState::mark_started(const WorkloadId& name) {
  return impl_->update_pod(name, "UPDATE pods SET started = 1 WHERE name = ?", {name.str()});
}

Result<> ClusterState::move(const WorkloadId& name, const NodeId& node) {
  return impl_->update_pod(name, "UPDATE pods SET node = ? WHERE name = ?",
                           {node.str(), name.str()});
}

Result<> ClusterState::observe(const WorkloadId& name, WorkloadPhase phase,
                               const std::string& message) {
  return impl_->update_pod(name, "UPDATE pods SET phase = ?, message = ? WHERE name = ?",
                           {to_string(phase), message, name.str()});
}

Result<> ClusterState::mark_deleting(const WorkloadId& name) {
  return impl_->update_pod(name, "UPDATE pods SET deleting = 1 WHERE name = ?", {name.str()});
}

Result<> ClusterState::remove_pod(const WorkloadId& name) {
  const std::scoped_lock lock(impl_->mutex);
  auto& database = impl_->database;
  return database.transaction([&] {
    return database.run("DELETE FROM addresses WHERE owner = ?", {owner_of_pod(name.str())})
        .and_then([&] { return database.run("DELETE FROM pods WHERE name = ?", {name.str()}); });
  });
}

Result<std::set<Ipv4>> ClusterState::addresses() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->read_addresses();
}

Result<ServiceSpec> ClusterState::put_service(ServiceSpec spec, const Subnet& range) {
  const std::scoped_lock lock(impl_->mutex);
  auto& database = impl_->database;
  const auto chosen =
      impl_->read_text("SELECT ip FROM addresses WHERE owner = ?", owner_of_service(spec.name))
          .and_then([&](const std::optional<std::string>& given) {
            return impl_->read_addresses().and_then([&](const std::set<Ipv4>& taken) {
              return choose_address(spec, given, taken, range);
            });
          });
  if (!chosen) {
    return std::unexpected(chosen.error());
  }
  spec.cluster_ip = *chosen;
  return database.transaction([&] { return impl_->write_service(spec); }).transform([&] {
    return spec;
  });
}

Result<std::vector<ServiceSpec>> ClusterState::services() const {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<std::string> rows;
  const auto read = impl_->database.query("SELECT spec FROM services ORDER BY name", {},
                                          [&](const os::Row& row) { rows.push_back(row.text(0)); });
  if (!read) {
    return std::unexpected(read.error());
  }
  std::vector<ServiceSpec> services;
  for (const auto& row : rows) {
    auto spec = parse_service_spec(row);
    if (!spec) {
      return std::unexpected(spec.error());
    }
    services.push_back(*std::move(spec));
  }
  return services;
}

Result<> ClusterState::remove_service(const std::string& name) {
  const std::scoped_lock lock(impl_->mutex);
  auto& database = impl_->database;
  return database.transaction([&] {
    return database.run("DELETE FROM addresses WHERE owner = ?", {owner_of_service(name)})
        .and_then([&] { return database.run("DELETE FROM services WHERE name = ?", {name}); })
        .and_then([&]() -> Result<> {
          if (database.changes() == 0) {
            return not_found(
                std::format("there is no service '{}'; `drover get services` lists them", name));
          }
          return {};
        });
  });
}

Result<> ClusterState::remember(const std::string& key, const std::string& value) {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->database.run(
      "INSERT INTO facts(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = "
      "excluded.value",
      {key, value});
}

Result<std::optional<std::string>> ClusterState::recall(const std::string& key) const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->read_text("SELECT value FROM facts WHERE key = ?", key);
}

}  // namespace drover::cluster::local
