// In-memory twins of the durable ports, for unit tests. They pass the same contract suites as the
// SQLite adapters.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "migrate/journal.h"
#include "migrate/step_log.h"

namespace drover::migrate::testing {

class MemoryJournal final : public Journal {
 public:
  Result<Epoch> next_epoch() override { return ++epoch_; }
  Result<Migration> begin(const Request& request, Instant at) override;
  Result<> advance(const Transition& transition) override;
  Result<> remark(const MigrationId& id, const std::string& trouble) override;
  Result<Migration> load(const MigrationId& id) override;
  Result<std::vector<Migration>> list() override;
  Result<std::vector<Migration>> list_open() override;

 private:
  Migration* find(const MigrationId& id);

  Epoch epoch_ = 0;
  std::vector<Migration> migrations_;
};

class MemoryStepLog final : public StepLog {
 public:
  Result<> begin(const StepRequest& request) override;
  Result<> finish(const StepRequest& request, const StepReply& reply) override;
  Result<std::optional<StepReply>> finished(const MigrationId& id, Step step) override;
  Result<bool> begun(const MigrationId& id, Step step) override;

 private:
  struct Entry {
    Epoch epoch = 0;
    std::optional<StepReply> reply;
  };
  std::map<std::pair<MigrationId, Step>, Entry> entries_;
};

}  // namespace drover::migrate::testing
