// A container that comes from a checkpoint: the wrapper's end of the rendezvous
// (docs/formats/restore-rendezvous.md).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "oci/container_config.h"
#include "oci/environment.h"

namespace drover::oci {

// How `create` was called.
struct RestoreCommand {
  std::vector<std::string> global;  // flags before the verb
  std::filesystem::path root;       // runc's state
  std::filesystem::path bundle;
  std::filesystem::path pid_file;  // empty: none is wanted
  std::vector<std::string> extra;  // further flags that `restore` has too
  std::string id;
};

// Waits for the images, then lets runc restore them; the hook waits for the commit meanwhile. Never
// starts anything cold: an error means that nothing runs. A checkpoint is used once, whatever comes
// of it.
Result<> restore(const RestoreRequest& request, const RestoreCommand& command,
                 const Environment& environment);

// The file in runc's state of a container that says: it was restored, and `start` has not been
// called yet.
std::filesystem::path restored_mark(const std::filesystem::path& root, const std::string& id);

}  // namespace drover::oci
