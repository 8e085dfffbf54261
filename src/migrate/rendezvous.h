// Where the agent meets drover-runtime and its CRIU hook, per container
// (docs/formats/restore-rendezvous.md).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "migrate/migration.h"

namespace drover::migrate {

struct Offer {
  MigrationId id;
  Epoch epoch = 0;
  WorkloadId pod;
  std::string container;
  std::filesystem::path image_path;
  std::filesystem::path work_path;
};

struct RestoreEnd {
  int exit_code = 0;
  std::string error;
};

struct RestoreState {
  bool offered = false;           // false: never, or cleared after the end
  bool consumed = false;          // the runtime has begun to restore
  bool restored = false;          // CRIU's post-restore hook waits for the decision
  bool resuming = false;          // code of the copy may run from now on
  std::optional<RestoreEnd> end;  // the runtime has returned
};

// Files only: agent, runtime and hook may each be killed and started again. Idempotent.
class Rendezvous {
 public:
  virtual ~Rendezvous() = default;
  virtual Result<> offer(const Offer& offer) = 0;
  virtual Result<> ready(const MigrationId& id, const std::string& container) = 0;
  virtual Result<> commit(const MigrationId& id, const std::string& container) = 0;
  virtual Result<> abort(const MigrationId& id) = 0;  // every container that was offered
  virtual Result<RestoreState> state(const MigrationId& id, const std::string& container) = 0;
  // Looks about every 2 ms until `done` says so of the state, at most `limit`: then kTimeout.
  virtual Result<RestoreState> wait(const MigrationId& id, const std::string& container,
                                    Duration limit, bool (*done)(const RestoreState&)) = 0;
  virtual Result<> clear(const MigrationId& id) = 0;
};

}  // namespace drover::migrate
