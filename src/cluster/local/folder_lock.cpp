#include "cluster/local/folder_lock.h"

#include "os/clock.h"

namespace drover::cluster::local {
namespace {

constexpr Duration kPatience = std::chrono::seconds{1};
constexpr Duration kPause = std::chrono::milliseconds{10};

}  // namespace

Result<os::DirLock> lock_folder(const std::filesystem::path& folder, const std::string& busy) {
  const os::Stopwatch watch;
  while (true) {
    auto lock = os::DirLock::acquire(folder);
    if (lock || lock.error().code != Code::kConflict) {
      return lock;
    }
    if (watch.elapsed() > kPatience) {
      return conflict(busy);
    }
    os::pause_for(kPause);
  }
}

}  // namespace drover::cluster::local
