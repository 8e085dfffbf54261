#include "os/mounts.h"

#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statfs.h>

#include "os/fd.h"
#include "os/private_mounts.h"

namespace drover::os {

namespace {

constexpr const char* kUnified = "/sys/fs/cgroup/unified";

bool is_hybrid() {
  struct statfs status{};
  return ::statfs(kUnified, &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC;
}

}  // namespace

int enter_private_mounts() {
  if (::unshare(CLONE_NEWNS) != 0) return errno;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return errno;
  if (is_hybrid() && ::umount2(kUnified, MNT_DETACH) != 0) return errno;
  return 0;
}

Result<> new_private_mounts() {
  if (const int error = enter_private_mounts(); error != 0) {
    return system_error("making a private mount namespace", error);
  }
  return {};
}

}  // namespace drover::os
