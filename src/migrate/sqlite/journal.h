// The coordinator's journal in SQLite (docs/formats/migrations-db.md).
#pragma once

#include "migrate/journal.h"
#include "os/sqlite.h"

namespace drover::migrate {

// One connection, one thread at a time; readers on other threads open their own.
class SqliteJournal final : public Journal {
 public:
  static Result<SqliteJournal> open(const os::Path& path);

  Result<Epoch> next_epoch() override;
  Result<Migration> begin(const Request& request, Instant at) override;
  Result<> advance(const Transition& transition) override;
  Result<> remark(const MigrationId& id, const std::string& trouble) override;
  Result<Migration> load(const MigrationId& id) override;
  Result<std::vector<Migration>> list() override;
  Result<std::vector<Migration>> list_open() override;

 private:
  explicit SqliteJournal(os::Database database) : database_(std::move(database)) {}
  Result<std::vector<Migration>> select(std::string_view where,
                                        std::initializer_list<os::SqlValue> values);
  Result<> add_timeline(Migration& migration);
  Result<> insert(const Request& request, Instant at);
  Result<> move_phase(const Transition& transition);

  os::Database database_;
};

}  // namespace drover::migrate
