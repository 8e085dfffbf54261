#include "migrate/sqlite/step_log.h"

#include <array>
#include <format>

namespace drover::migrate {
namespace {

constexpr std::string_view kSchema1 = R"(
CREATE TABLE step (
  migration TEXT NOT NULL,
  step TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  finished INTEGER NOT NULL DEFAULT 0,
  never_ran INTEGER NOT NULL DEFAULT 0,
  image_bytes INTEGER NOT NULL DEFAULT 0,
  sent_bytes INTEGER NOT NULL DEFAULT 0,
  detail TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (migration, step)
) STRICT;
)";
constexpr std::array kMigrations = {kSchema1};

// After one of these nothing else may happen here on behalf of the migration.
bool ends(Step step) {
  return step == Step::kDrain || step == Step::kThaw || step == Step::kDiscard;
}

}  // namespace

Result<std::unique_ptr<SqliteStepLog>> SqliteStepLog::open(const os::Path& path) {
  return os::Database::open(path, {.migrations = kMigrations})
      .transform([](os::Database database) {
        return std::unique_ptr<SqliteStepLog>(new SqliteStepLog(std::move(database)));
      })
      .transform_error(doing("opening the agent's step log"));
}

Result<> SqliteStepLog::begin(const StepRequest& request) {
  const std::scoped_lock guard(mutex_);
  return database_.transaction([&] { return admit(request); });
}

Result<> SqliteStepLog::admit(const StepRequest& request) {
  Epoch newest = 0;
  std::string over;
  auto read = database_.query("SELECT step, epoch, finished FROM step WHERE migration = ?",
                              {request.id.str()}, [&](const os::Row& row) {
                                newest = std::max(newest, row.integer(1));
                                const auto step = parse_step(row.text(0));
                                if (row.integer(2) != 0 && step && ends(*step)) {
                                  over = row.text(0);
                                }
                              });
  if (!read) {
    return read;
  }
  if (request.epoch < newest) {
    return conflict(std::format("step {} of {} comes from epoch {}, but epoch {} has taken over",
                                to_string(request.step), request.id, request.epoch, newest));
  }
  if (!over.empty() && over != to_string(request.step)) {
    return conflict(
        std::format("migration {} is over on this node ({} is done); step {} comes too late",
                    request.id, over, to_string(request.step)));
  }
  return database_.run(
      "INSERT INTO step (migration, step, epoch) VALUES (?, ?, ?) "
      "ON CONFLICT (migration, step) DO UPDATE SET epoch = excluded.epoch",
      {request.id.str(), to_string(request.step), request.epoch});
}

Result<> SqliteStepLog::finish(const StepRequest& request, const StepReply& reply) {
  const std::scoped_lock guard(mutex_);
  return database_.run(
      "UPDATE step SET finished = 1, never_ran = ?, image_bytes = ?, sent_bytes = ?, detail = ? "
      "WHERE migration = ? AND step = ?",
      {static_cast<int>(reply.never_ran), reply.image_bytes.count(), reply.sent_bytes.count(),
       reply.detail, request.id.str(), to_string(request.step)});
}

Result<std::optional<StepReply>> SqliteStepLog::finished(const MigrationId& id, Step step) {
  const std::scoped_lock guard(mutex_);
  std::optional<StepReply> reply;
  return database_
      .query(
          "SELECT never_ran, image_bytes, sent_bytes, detail FROM step "
          "WHERE migration = ? AND step = ? AND finished = 1",
          {id.str(), to_string(step)},
          [&](const os::Row& row) {
            reply = StepReply{.never_ran = row.integer(0) != 0,
                              .image_bytes = Bytes{row.integer(1)},
                              .sent_bytes = Bytes{row.integer(2)},
                              .detail = row.text(3)};
          })
      .transform([&] { return reply; });
}

Result<bool> SqliteStepLog::begun(const MigrationId& id, Step step) {
  const std::scoped_lock guard(mutex_);
  bool found = false;
  return database_
      .query("SELECT 1 FROM step WHERE migration = ? AND step = ?", {id.str(), to_string(step)},
             [&](const os::Row&) { found = true; })
      .transform([&] { return found; });
}

}  // namespace drover::migrate
