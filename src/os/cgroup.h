// A subtree of the control groups that drover made, over all mounted hierarchies (v1 controllers,
// v2, or both).
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "os/file.h"

namespace drover::os {

class CgroupTree {
 public:
  // `path` is absolute inside each hierarchy, like "/drover/demo"; "/" itself is refused.
  static Result<CgroupTree> open(const std::string& path);

  Result<> create();
  [[nodiscard]] bool exists() const;  // in any hierarchy
  // Of the whole subtree, each once, sorted.
  [[nodiscard]] Result<std::vector<pid_t>> processes() const;

  // SIGKILL to all of them, thawing what is frozen only after the signal is pending, so that no
  // instruction runs. kTimeout when some remain.
  Result<> kill_all(Duration timeout);

  // Removes the subtree bottom-up; absent is success; kConflict when processes are in it.
  Result<> remove();

  [[nodiscard]] const std::vector<Path>& directories() const {
    return directories_;
  }  // one per hierarchy

 private:
  explicit CgroupTree(std::vector<Path> directories) : directories_(std::move(directories)) {}
  std::vector<Path> directories_;
};

}  // namespace drover::os
