// An agent's step log in SQLite (docs/formats/migrations-db.md).
#pragma once

#include <mutex>

#include "migrate/step_log.h"
#include "os/sqlite.h"

namespace drover::migrate {

class SqliteStepLog final : public StepLog {
 public:
  static Result<std::unique_ptr<SqliteStepLog>> open(const os::Path& path);

  Result<> begin(const StepRequest& request) override;
  Result<> finish(const StepRequest& request, const StepReply& reply) override;
  Result<std::optional<StepReply>> finished(const MigrationId& id, Step step) override;
  Result<bool> begun(const MigrationId& id, Step step) override;

 private:
  explicit SqliteStepLog(os::Database database) : database_(std::move(database)) {}
  Result<> admit(const StepRequest& request);

  // Guards the one connection: steps of different migrations run at once.
  std::mutex mutex_;
  os::Database database_;
};

}  // namespace drover::migrate
