// A private mount namespace for everything that runs runc or CRIU.
#pragma once

#include "base/result.h"

namespace drover::os {

// Gives the calling thread (a process calls this before it has others) a mount namespace whose
// mounts stay its own. On a hybrid cgroup host (v1 controllers plus a v2 mount at
// /sys/fs/cgroup/unified) that v2 mount is taken out of it, since CRIU refuses to dump a task it
// can see in both.
Result<> new_private_mounts();

}  // namespace drover::os
