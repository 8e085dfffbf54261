#include "cli/migration_service.h"

#include <algorithm>
#include <condition_variable>
#include <format>
#include <mutex>
#include <thread>

#include "cli/hold_point.h"
#include "migrate/coordinator.h"
#include "migrate/sqlite/journal.h"
#include "os/clock.h"
#include "os/log.h"

namespace drover::cli {
namespace {

constexpr Duration kJournalRetry = std::chrono::seconds(1);

MigrationOutcome outcome_of(const migrate::Migration& migration) {
  if (migration.phase == migrate::Phase::kDone) {
    return MigrationOutcome::kCommitted;
  }
  return migration.open() ? MigrationOutcome::kOpen : MigrationOutcome::kAborted;
}

MigrationView view_of(const migrate::Migration& migration) {
  MigrationView view{.id = migration.id,
                     .pod = migration.request.pod,
                     .from = migration.request.source,
                     .to = migration.request.destination,
                     .reason = migration.request.reason,
                     .phase = std::string(to_string(migration.phase)),
                     .outcome = outcome_of(migration),
                     .error = migration.error,
                     .bytes = migration.sent_bytes.count()};
  if (migration.open() && view.error.empty() && !migration.timeline.empty()) {
    view.error = migration.timeline.back().detail;
  }
  for (const auto& span : migration.timeline) {
    const bool current = migration.open() && &span == &migration.timeline.back();
    view.phases.push_back({.name = std::string(to_string(span.phase)),
                           .start = span.start,
                           .end = current ? std::nullopt : std::optional(span.end)});
  }
  return view;
}

// The coordinator's handover over the service's callback.
class AnnounceHandover final : public migrate::Handover {
 public:
  explicit AnnounceHandover(const MigrationServiceOptions& options) : options_(options) {}
  Result<> announce(const WorkloadId& pod, const NodeId& node) override {
    return options_.announce(pod, node);
  }

 private:
  const MigrationServiceOptions& options_;
};

}  // namespace

struct MigrationService::Parts {
  Parts(MigrationServiceOptions given, migrate::SqliteJournal for_thread,
        migrate::SqliteJournal for_api)
      : options(std::move(given)),
        agents(options.tls, options.agents),
        handover(options),
        hold(options.cluster.dir),
        journal(std::move(for_thread)),
        api_journal(std::move(for_api)) {}

  void run(const std::stop_token& stop);
  Result<> drive(const std::stop_token& stop);

  MigrationServiceOptions options;
  migrate::HttpAgents agents;
  AnnounceHandover handover;
  HoldPoint hold;
  os::RealClock clock;
  migrate::SqliteJournal journal;  // the thread's own connection

  // Guards api_journal, the connection of everyone else, and `asked`, by which they wake the
  // thread.
  mutable std::mutex mutex;
  std::condition_variable_any wake;
  bool asked = false;
  mutable migrate::SqliteJournal api_journal;

  std::jthread thread;  // last: it ends before what it uses
};

void MigrationService::Parts::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (auto driven = drive(stop); !driven) {
      os::log_error("migrations: {}; trying again", driven.error().what);
      os::pause_for(kJournalRetry, stop);
      continue;
    }
    std::unique_lock guard(mutex);
    wake.wait(guard, stop, [&] { return asked; });
    asked = false;
  }
}

Result<> MigrationService::Parts::drive(const std::stop_token& stop) {
  return migrate::Coordinator::make(
             {.journal = journal,
              .agents = agents,
              .handover = handover,
              .clock = clock,
              .pause = [&stop](Duration span) { os::pause_for(span, stop); },
              .stopping = [&stop] { return stop.stop_requested(); },
              .on_transition =
                  [this](const migrate::Migration& migration) {
                    os::log_info("migration {} of pod {}: {}{}", migration.id,
                                 migration.request.pod, to_string(migration.phase),
                                 migration.error.empty() ? "" : " (" + migration.error + ")");
                    hold.reached(to_string(migration.phase));
                  }},
             {})
      .and_then([](migrate::Coordinator coordinator) { return coordinator.drive_all(); });
}

MigrationService::MigrationService(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
MigrationService::~MigrationService() = default;

Result<std::unique_ptr<MigrationService>> MigrationService::start(MigrationServiceOptions options) {
  const auto file = options.cluster.migrations_db();
  auto for_thread = migrate::SqliteJournal::open(file);
  auto for_api = migrate::SqliteJournal::open(file);
  if (!for_thread || !for_api) {
    return std::unexpected(for_thread ? for_api.error() : for_thread.error());
  }
  auto parts =
      std::make_unique<Parts>(std::move(options), std::move(*for_thread), std::move(*for_api));
  auto* running = parts.get();
  parts->thread = std::jthread([running](const std::stop_token& stop) { running->run(stop); });
  return std::unique_ptr<MigrationService>(new MigrationService(std::move(parts)));
}

Result<MigrationId> MigrationService::begin(const MoveRequest& request) {
  const auto known = parts_->options.check_node(request.to);
  const auto place = parts_->options.place_of(request.pod);
  if (!known || !place) {
    return std::unexpected(known ? place.error() : known.error());
  }
  const std::scoped_lock guard(parts_->mutex);
  // A key that is known finds its migration also when the pod has moved meanwhile.
  const auto all = parts_->api_journal.list();
  if (!all) {
    return std::unexpected(all.error());
  }
  const auto same_key = [&](const migrate::Migration& migration) {
    return migration.request.key == request.key;
  };
  if (const auto found = std::ranges::find_if(*all, same_key); found != all->end()) {
    return found->id;
  }
  if (place->node == request.to) {
    return conflict(std::format("pod '{}' is on node '{}' already", request.pod, request.to));
  }
  return parts_->api_journal
      .begin({.key = request.key,
              .pod = request.pod,
              .source = place->node,
              .destination = request.to,
              .reason = request.reason,
              .spec = place->spec},
             parts_->clock.now())
      .transform([&](const migrate::Migration& migration) {
        parts_->asked = true;
        parts_->wake.notify_all();
        return migration.id;
      });
}

Result<MigrationView> MigrationService::get(const MigrationId& id) {
  const std::scoped_lock guard(parts_->mutex);
  return parts_->api_journal.load(id).transform(view_of);
}

Result<std::vector<MigrationView>> MigrationService::list() {
  const std::scoped_lock guard(parts_->mutex);
  return parts_->api_journal.list().transform(
      [](const std::vector<migrate::Migration>& migrations) {
        std::vector<MigrationView> views;
        std::ranges::transform(migrations.rbegin(), migrations.rend(), std::back_inserter(views),
                               view_of);
        return views;
      });
}

bool MigrationService::open_for(const WorkloadId& pod) const {
  const std::scoped_lock guard(parts_->mutex);
  const auto open = parts_->api_journal.list_open();
  // Not known: better to leave the pod alone.
  return !open || std::ranges::contains(*open, pod,
                                        [](const migrate::Migration& m) { return m.request.pod; });
}

}  // namespace drover::cli
