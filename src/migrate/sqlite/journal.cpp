#include "migrate/sqlite/journal.h"

#include <array>
#include <charconv>
#include <format>

namespace drover::migrate {
namespace {

// Times are milliseconds since the Unix epoch; ended_ms is NULL while the migration is open. The
// partial index enforces "one open migration per pod" where no crash and no second writer can get
// past it.
constexpr std::string_view kSchema1 = R"(
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO counter VALUES ('epoch', 0);
CREATE TABLE migration (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  pod TEXT NOT NULL,
  source TEXT NOT NULL,
  destination TEXT NOT NULL,
  reason TEXT NOT NULL,
  spec TEXT NOT NULL,
  phase TEXT NOT NULL,
  begun_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  image_bytes INTEGER NOT NULL DEFAULT 0,
  sent_bytes INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX one_open_migration_per_pod ON migration (pod) WHERE ended_ms IS NULL;
CREATE TABLE span (
  migration INTEGER NOT NULL REFERENCES migration (number),
  position INTEGER NOT NULL,
  phase TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER,
  detail TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (migration, position)
) STRICT;
)";
constexpr std::array kMigrations = {kSchema1};

constexpr std::string_view kPrefix = "m-";

MigrationId id_of(std::int64_t number) {
  return MigrationId(std::format("{}{:06}", kPrefix, number));
}

Result<std::int64_t> number_of(const MigrationId& id) {
  const std::string_view text = id.str();
  std::int64_t number = 0;
  if (text.starts_with(kPrefix)) {
    const auto digits = text.substr(kPrefix.size());
    const auto [stop, status] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (status == std::errc{} && stop == digits.data() + digits.size()) {
      return number;
    }
  }
  return not_found(std::format("'{}' is not the id of a migration; ids look like m-000001", text));
}

// Phases are written by us alone; a name we do not know means a damaged file, found by load().
Phase phase_of(const std::string& name) { return parse_phase(name).value_or(Phase::kAborted); }

Migration migration_of(const os::Row& row) {
  Migration migration;
  migration.id = id_of(row.integer(0));
  migration.request = {.key = row.text(1),
                       .pod = WorkloadId(row.text(2)),
                       .source = NodeId(row.text(3)),
                       .destination = NodeId(row.text(4)),
                       .reason = row.text(5),
                       .spec = row.text(6)};
  migration.phase = phase_of(row.text(7));
  migration.begun = row.time(8);
  migration.ended = row.maybe_time(9).value_or(Instant{});
  migration.image_bytes = Bytes{row.integer(10)};
  migration.sent_bytes = Bytes{row.integer(11)};
  migration.error = row.text(12);
  return migration;
}

}  // namespace

Result<SqliteJournal> SqliteJournal::open(const os::Path& path) {
  return os::Database::open(path, {.migrations = kMigrations})
      .transform([](os::Database database) { return SqliteJournal(std::move(database)); })
      .transform_error(doing("opening the migration journal"));
}

Result<Epoch> SqliteJournal::next_epoch() {
  Epoch epoch = 0;
  return database_
      .query("UPDATE counter SET value = value + 1 WHERE name = 'epoch' RETURNING value", {},
             [&](const os::Row& row) { epoch = row.integer(0); })
      .transform([&] { return epoch; });
}

Result<Migration> SqliteJournal::begin(const Request& request, Instant at) {
  auto known = select("WHERE key = ?", {request.key});
  if (!known) {
    return std::unexpected(known.error());
  }
  if (!known->empty()) {
    return known->front();
  }
  auto open = select("WHERE pod = ? AND ended_ms IS NULL", {request.pod.str()});
  if (open && !open->empty()) {
    return conflict(
        std::format("pod '{}' is being moved by migration {} (phase {}); wait until it has ended",
                    request.pod, open->front().id, to_string(open->front().phase)));
  }
  return database_.transaction([&] { return insert(request, at); })
      .and_then([&] { return select("WHERE key = ?", {request.key}); })
      .transform([](const std::vector<Migration>& rows) { return rows.front(); });
}

Result<> SqliteJournal::insert(const Request& request, Instant at) {
  auto inserted = database_.run(
      "INSERT INTO migration (key, pod, source, destination, reason, spec, phase, begun_ms) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {request.key, request.pod.str(), request.source.str(), request.destination.str(),
       request.reason, request.spec, to_string(Phase::kPreflight), at});
  if (!inserted) {
    return inserted;
  }
  return database_.run(
      "INSERT INTO span (migration, position, phase, start_ms) VALUES (?, 0, ?, ?)",
      {database_.last_insert_id(), to_string(Phase::kPreflight), at});
}

Result<> SqliteJournal::advance(const Transition& transition) {
  return database_.transaction([&] { return move_phase(transition); });
}

Result<> SqliteJournal::move_phase(const Transition& transition) {
  const auto number = number_of(transition.id);
  if (!number) {
    return std::unexpected(number.error());
  }
  const auto ended = is_terminal(transition.to) ? os::SqlValue(transition.at) : os::SqlValue();
  auto swapped = database_.run(
      "UPDATE migration SET phase = ?, ended_ms = ?, image_bytes = image_bytes + ?, sent_bytes = "
      "sent_bytes + ?, "
      "error = coalesce(?, error) WHERE number = ? AND phase = ?",
      {to_string(transition.to), ended, transition.image_bytes.count(),
       transition.sent_bytes.count(), transition.error, *number, to_string(transition.from)});
  if (!swapped) {
    return swapped;
  }
  if (database_.changes() != 1) {
    return conflict(std::format("migration {} is not in phase {} any more", transition.id,
                                to_string(transition.from)));
  }
  return database_
      .run("UPDATE span SET end_ms = ?, detail = ? WHERE migration = ? AND end_ms IS NULL",
           {transition.at, transition.detail, *number})
      .and_then([&]() -> Result<> {
        if (is_terminal(transition.to)) {
          return {};
        }
        return database_.run(
            "INSERT INTO span (migration, position, phase, start_ms) "
            "SELECT ?1, count(*), ?2, ?3 FROM span WHERE migration = ?1",
            {*number, to_string(transition.to), transition.at});
      });
}

Result<> SqliteJournal::remark(const MigrationId& id, const std::string& trouble) {
  const auto number = number_of(id);
  if (!number) {
    return std::unexpected(number.error());
  }
  auto noted = database_.run("UPDATE span SET detail = ? WHERE migration = ? AND end_ms IS NULL",
                             {trouble, *number});
  if (noted && database_.changes() != 1) {
    return not_found(std::format("there is no open migration '{}'", id));
  }
  return noted;
}

Result<Migration> SqliteJournal::load(const MigrationId& id) {
  const auto number = number_of(id);
  if (!number) {
    return std::unexpected(number.error());
  }
  auto found = select("WHERE number = ?", {*number});
  if (!found) {
    return std::unexpected(found.error());
  }
  if (found->empty()) {
    return not_found(std::format("there is no migration '{}'", id));
  }
  return std::move(found->front());
}

Result<std::vector<Migration>> SqliteJournal::list() { return select("ORDER BY number DESC", {}); }

Result<std::vector<Migration>> SqliteJournal::list_open() {
  return select("WHERE ended_ms IS NULL ORDER BY number", {});
}

Result<std::vector<Migration>> SqliteJournal::select(std::string_view where,
                                                     std::initializer_list<os::SqlValue> values) {
  std::vector<Migration> found;
  const auto sql = std::format(
      "SELECT number, key, pod, source, destination, reason, spec, phase, begun_ms, ended_ms, "
      "image_bytes, "
      "sent_bytes, error FROM migration {}",
      where);
  auto read =
      database_.query(sql, values, [&](const os::Row& row) { found.push_back(migration_of(row)); });
  if (!read) {
    return std::unexpected(read.error());
  }
  for (auto& migration : found) {
    if (auto added = add_timeline(migration); !added) {
      return std::unexpected(added.error());
    }
  }
  return found;
}

Result<> SqliteJournal::add_timeline(Migration& migration) {
  const auto number = number_of(migration.id);
  if (!number) {
    return std::unexpected(number.error());
  }
  return database_.query(
      "SELECT phase, start_ms, end_ms, detail FROM span WHERE migration = ? ORDER BY position",
      {*number}, [&](const os::Row& row) {
        migration.timeline.push_back({.phase = phase_of(row.text(0)),
                                      .start = row.time(1),
                                      .end = row.maybe_time(2).value_or(row.time(1)),
                                      .detail = row.text(3)});
      });
}

}  // namespace drover::migrate
