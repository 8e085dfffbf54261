#include "cli/demo_run.h"

#include <algorithm>
#include <array>
#include <format>

#include "cli/demo_text.h"
#include "os/clock.h"

namespace drover::cli {
namespace {

constexpr Duration kFrame{100};
constexpr Duration kSettleLimit{60'000};  // for the last migration to end
constexpr Micros kMinStall{10'000};
constexpr double kSilenceMs = 100;  // more: the clients are not served
// A client notices the end of a stall after the migration's last phase has been written down, or
// before.
constexpr Duration kStallSlack{50};

// When an hour of the window began, by the wall clock.
struct HourMark {
  Instant hour;
  Instant began;
};

class Course {
 public:
  Course(const DemoPlan& plan, const DemoOptions& options, const DemoPorts& ports)
      : plan_(plan), options_(options), ports_(ports) {
    view_.data_label =
        plan.data.real ? std::format("REAL data ({})", plan.data.source) : "SYNTHETIC data";
    view_.policy = options.policy;
    view_.start = plan.scenario.window.from;
    view_.now = view_.start;
    view_.hours = options.hours;
    view_.pod_at = *plan.scenario.workload.node;
    for (const auto& node : plan.scenario.nodes) {
      view_.zones.push_back({.zone = node.zone, .node = node.id, .so_far = {}});
    }
  }

  Result<DemoResult> run() {
    return prepare()
        .and_then([&] { return fill(); })
        .and_then([&] { return follow(); })
        .and_then([&] { return settle(); })
        .and_then([&] { return report(); });
  }

 private:
  void stage(std::string text) {
    view_.stage = std::move(text);
    ports_.show(view_, true);
  }

  Result<> prepare() {
    stage(std::format("starting a cluster of {} nodes", plan_.scenario.nodes.size()));
    return ports_.cluster.up()
        .and_then([&] {
          stage("starting Redis");
          return ports_.cluster.start_redis();
        })
        .and_then([&](const std::string& address) { return start_load(address); });
  }

  // The clients' threads are born in the fabric's network namespace and stay there.
  Result<> start_load(const std::string& address) {
    LoadOptions load{.seed = options_.seed,
                     .data_bytes = Bytes::mebibytes(options_.memory_mib).count()};
    load.client.target.address = address;
    load.client.min_stall = kMinStall;
    return ports_.cluster.network().and_then([&](const os::NetNamespace& network) {
      return os::call_in(network, [&] { load_ = std::make_unique<LoadSession>(load); });
    });
  }

  Result<> fill() {
    while (load_->phase() == LoadPhase::kPreparing) {
      stage(std::format("filling Redis with {:g} MiB: {:.0f} %", options_.memory_mib,
                        load_->filled_share() * 100));
      if (const auto slept = rest(kFrame); !slept || interrupted_) {
        return slept;
      }
    }
    view_.stage.clear();
    rated_at_ = load_->clock().steady();
    return {};
  }

  Result<> follow() {
    const auto hour_length = Duration{static_cast<Duration::rep>(3'600'000 / options_.speed)};
    const os::Stopwatch watch;
    for (int hour = 0; hour < options_.hours && !interrupted_; ++hour) {
      if (auto begun = begin_hour(hour); !begun) {
        return begun;
      }
      const auto end = hour_length * (hour + 1);
      do {
        if (auto looked = look(); !looked) {
          return looked;
        }
        if (auto slept = rest(std::clamp(end - watch.elapsed(), Duration{0}, kFrame)); !slept) {
          return slept;
        }
      } while (watch.elapsed() < end && !interrupted_);
    }
    return {};
  }

  Result<> begin_hour(int hour) {
    view_.now = view_.start + std::chrono::hours{hour};
    marks_.push_back({.hour = view_.now, .began = load_->clock().now().wall});
    for (auto& zone : view_.zones) {
      zone.so_far.push_back(plan_.data.series.at(zone.zone).at(view_.now));
    }
    fresh_ = true;
    return ports_.cluster.next_hour();
  }

  Result<> look() {
    return ports_.cluster.look().transform([&](ClusterNow now) {
      if (now.pod_at != view_.pod_at || now.pod_goes_to != view_.pod_goes_to) {
        fresh_ = true;
      }
      view_.pod_at = now.pod_at;
      view_.pod_goes_to = now.pod_goes_to;
      busy_ = now.busy;
      migrations_ = std::move(now.migrations);
      view_.moves.clear();
      for (auto& migration : migrations_) {
        annotate(migration);
        view_.moves.push_back(row_of(migration));
      }
      show_clients();
      ports_.show(view_, std::exchange(fresh_, false));
    });
  }

  // What the cluster does not know: the hour in simulated time, the zones, and what the clients
  // noticed.
  void annotate(DemoMigration& migration) const {
    for (const auto& mark : marks_) {
      if (mark.began <= migration.begun) {
        migration.hour = mark.hour;
      }
    }
    migration.from_zone = zone_of(migration.from);
    migration.to_zone = zone_of(migration.to);
    if (migration.outcome != "open" && !migration.phases.empty()) {
      const auto length =
          Duration{static_cast<Duration::rep>(migration.phases.back().end_s * 1000)};
      const std::array clients{report_of(*load_->stats()[0]), report_of(*load_->stats()[1])};
      migration.stall = longest_stall_in(clients, migration.begun - kStallSlack,
                                         migration.begun + length + kStallSlack);
    }
  }

  [[nodiscard]] ZoneId zone_of(const NodeId& node) const {
    const auto found = std::ranges::find(plan_.scenario.nodes, node, &cluster::Node::id);
    return found == plan_.scenario.nodes.end() ? ZoneId{} : found->zone;
  }

  static MoveRow row_of(const DemoMigration& migration) {
    MoveRow row{.hour = migration.hour,
                .from = migration.from,
                .to = migration.to,
                .state = migration.outcome,
                .stall_ms = {}};
    if (migration.outcome == "open") {
      row.state = migration.phases.empty() ? "begun" : migration.phases.back().name;
    }
    if (migration.stall) {
      row.stall_ms = to_ms(*migration.stall);
    }
    return row;
  }

  void show_clients() {
    const auto now = load_->clock().steady();
    ClientRow row{.longest_stall_ms = 0};
    for (const auto* client : load_->stats()) {
      row.operations += client->operations();
      row.errors += client->errors();
      row.silence_ms = std::max(row.silence_ms, to_ms(client->silence(now)));
      row.longest_stall_ms = std::max(row.longest_stall_ms, to_ms(client->longest_stall()));
    }
    const auto seconds = to_ms(now - rated_at_) / 1000;
    row.per_second = seconds > 0.5
                         ? static_cast<double>(row.operations - rated_operations_) / seconds
                         : view_.client.per_second;
    if (seconds > 0.5) {
      rated_at_ = now;
      rated_operations_ = row.operations;
    }
    view_.client = row;
  }

  // Until no migration is under way and the clients are served. After an interruption, too: a
  // cluster is not taken down in the middle of one.
  Result<> settle() {
    const os::Stopwatch watch;
    auto looked = look();
    while (looked && (busy_ || view_.client.silence_ms > kSilenceMs) &&
           watch.elapsed() < kSettleLimit) {
      os::pause_for(kFrame);
      looked = look();
    }
    return looked;
  }

  Result<DemoResult> report() {
    load_->request_stop();
    auto client = load_->finish();
    if (!client) {
      return std::unexpected(client.error());
    }
    for (auto& migration : migrations_) {
      annotate(migration);
    }
    std::vector<PlannedMove> committed;
    for (const auto& migration : migrations_) {
      if (migration.outcome == "committed" && migration.hour) {
        committed.push_back({.at = *migration.hour, .to = migration.to_zone});
      }
    }
    return emissions_rows(plan_, options_, committed)
        .transform([&](std::vector<EmissionsRow> rows) {
          return DemoResult{
              .report = {.real_data = plan_.data.real,
                         .source = plan_.data.source,
                         .start = view_.start,
                         .hours = options_.hours,
                         .zones = plan_.data.zones,
                         .speed = options_.speed,
                         .policy = options_.policy,
                         .forecaster = options_.forecaster,
                         .power = plan_.scenario.workload.power,
                         .move_duration = plan_.scenario.loop.budget.move_cost.duration,
                         .wanted_migrations = options_.usual_show() ? 3U : 0U,
                         .migrations = migrations_,
                         .client = std::move(*client),
                         .emissions = std::move(rows),
                         .study = plan_.study},
              .interrupted = interrupted_};
        });
  }

  // A signal ends the waiting.
  Result<> rest(Duration span) {
    return ports_.signals.wait(span).transform(
        [&](const std::optional<int>& signal) { interrupted_ = interrupted_ || signal; });
  }

  const DemoPlan& plan_;
  const DemoOptions& options_;
  const DemoPorts& ports_;
  DemoView view_;
  std::vector<HourMark> marks_;
  std::vector<DemoMigration> migrations_;
  std::unique_ptr<LoadSession> load_;
  Micros rated_at_{0};
  std::int64_t rated_operations_ = 0;
  bool busy_ = false;
  bool fresh_ = true;
  bool interrupted_ = false;
};

}  // namespace

Result<DemoResult> run_demo(const DemoPlan& plan, const DemoOptions& options,
                            const DemoPorts& ports) {
  auto result = Course(plan, options, ports).run();
  if (options.keep && result) {
    return result;
  }
  auto down = ports.cluster.down();
  if (result && !down) {
    return std::unexpected(down.error());
  }
  return result;
}

}  // namespace drover::cli
