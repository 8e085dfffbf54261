#include "migrate/oci/rendezvous.h"

#include <format>

#include "os/clock.h"
#include "os/file.h"

namespace drover::migrate {
namespace {

constexpr Duration kLook = std::chrono::milliseconds(2);

// The marks are published, not synced: they outlive every process but not a power cut, which ends
// the copy and its images too. A sync costs 1 to 20 ms, each inside the freeze.

}  // namespace

Result<> FileRendezvous::offer(const Offer& offer) {
  const auto at = files(offer.id, offer.container);
  return os::make_dirs(at.dir)
      .and_then([&] { return os::make_dirs(offer.work_path); })
      .and_then([&] { return os::publish(at.offer(), offer_to_json(offer)); });
}

Result<> FileRendezvous::ready(const MigrationId& id, const std::string& container) {
  return os::publish(files(id, container).ready(), "");
}

Result<> FileRendezvous::commit(const MigrationId& id, const std::string& container) {
  return os::publish(files(id, container).commit(), "");
}

Result<> FileRendezvous::abort(const MigrationId& id) {
  const auto dir = restores_ / id.str();
  if (!os::exists(dir)) {
    return {};
  }
  const auto containers = os::list_dir(dir);
  if (!containers) {
    return std::unexpected(containers.error());
  }
  for (const auto& container : *containers) {
    if (auto told = os::publish(files(id, container).abort(), ""); !told) {
      return told;
    }
  }
  return {};
}

Result<RestoreState> FileRendezvous::state(const MigrationId& id, const std::string& container) {
  const auto at = files(id, container);
  RestoreState state{.offered = os::exists(at.offer()),
                     .consumed = os::exists(at.consumed()),
                     .restored = os::exists(at.restored()),
                     .resuming = os::exists(at.resuming()),
                     .end = std::nullopt};
  if (!os::exists(at.done())) {
    return state;
  }
  // `resuming` is written before `done.json`; read the other way round it could be missed.
  return os::read_file(at.done()).and_then(end_from_json).transform([&](RestoreEnd end) {
    state.resuming = os::exists(at.resuming());
    state.end = std::move(end);
    return state;
  });
}

Result<RestoreState> FileRendezvous::wait(const MigrationId& id, const std::string& container,
                                          Duration limit, bool (*done)(const RestoreState&)) {
  const os::Stopwatch watch;
  while (true) {
    auto now = state(id, container);
    if (!now || done(*now)) {
      return now;
    }
    if (watch.elapsed() > limit) {
      return timed_out(std::format("the runtime of container '{}' said nothing for {} s", container,
                                   limit.count() / 1000));
    }
    os::pause_for(kLook);
  }
}

Result<> FileRendezvous::clear(const MigrationId& id) {
  return os::remove_tree(restores_ / id.str());
}

}  // namespace drover::migrate
