// The part of os/mounts that may run between fork and exec.
#pragma once

namespace drover::os {

// Async-signal-safe; 0 or an errno.
int enter_private_mounts();

}  // namespace drover::os
