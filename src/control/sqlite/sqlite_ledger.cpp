#include "control/sqlite/sqlite_ledger.h"

#include <array>
#include <cmath>
#include <format>
#include <utility>

#include "control/sqlite/inputs_json.h"
#include "os/sqlite.h"

namespace drover::control {
namespace {

// AUTOINCREMENT: an id is never used again, since moves are keyed by it.
constexpr std::array<std::string_view, 1> kMigrations = {R"(
CREATE TABLE tick(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  real_at_ms INTEGER NOT NULL,
  policy TEXT NOT NULL,
  forecast_model TEXT NOT NULL,
  forecast_issued_ms INTEGER,
  inputs_digest TEXT NOT NULL,
  inputs TEXT
) STRICT;
CREATE INDEX tick_at ON tick(at_ms);
CREATE TABLE flag(
  tick INTEGER NOT NULL REFERENCES tick(id),
  position INTEGER NOT NULL,
  stage TEXT NOT NULL,
  what TEXT NOT NULL,
  PRIMARY KEY(tick, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE decision(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tick INTEGER NOT NULL REFERENCES tick(id),
  workload TEXT NOT NULL,
  source TEXT NOT NULL,
  destination TEXT NOT NULL,
  reason TEXT NOT NULL,
  saving_ug INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  migration TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK(state IN ('planned', 'refused', 'acting', 'done', 'failed')),
  settled_at_ms INTEGER,
  sent_bytes INTEGER,
  downtime_ms INTEGER,
  migration_time_ms INTEGER,
  why TEXT
) STRICT;
CREATE INDEX decision_tick ON decision(tick);
CREATE INDEX decision_workload ON decision(workload, id);
CREATE INDEX decision_acting ON decision(id) WHERE state = 'acting';
CREATE TABLE term(
  decision INTEGER NOT NULL REFERENCES decision(id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  carbon_ug INTEGER NOT NULL,
  PRIMARY KEY(decision, position)
) STRICT, WITHOUT ROWID;
)"};

constexpr double kMicrogramsPerGram = 1e6;

std::int64_t to_micrograms(Carbon carbon) {
  return std::llround(carbon.grams() * kMicrogramsPerGram);
}

Carbon from_micrograms(std::int64_t micrograms) {
  return Carbon::grams(static_cast<double>(micrograms) / kMicrogramsPerGram);
}

// -1 is SQLite's word for no limit.
std::int64_t to_limit(std::size_t limit) {
  return limit == kAll ? -1 : static_cast<std::int64_t>(limit);
}

constexpr std::string_view kDecisionColumns =
    "SELECT d.id, t.at_ms, t.real_at_ms, t.policy, t.forecast_model, t.forecast_issued_ms, "
    "t.inputs_digest, d.workload, d.source, d.destination, d.reason, d.saving_ug, d.verdict, "
    "d.migration, d.state, d.settled_at_ms, d.sent_bytes, d.downtime_ms, d.migration_time_ms, "
    "d.why FROM decision d JOIN tick t ON t.id = d.tick ";

// Of kDecisionColumns. Terms are read apart. The table's own checks make the state a known one.
DecisionRecord decision_from(const os::Row& row) {
  DecisionRecord record;
  record.id = row.integer(0);
  record.at = row.time(1);
  record.real_at = row.time(2);
  record.policy = row.text(3);
  record.forecast_model = row.text(4);
  record.forecast_issued = row.maybe_time(5);
  record.inputs_digest = row.text(6);
  record.decision.workload = WorkloadId{row.text(7)};
  record.decision.from = NodeId{row.text(8)};
  record.decision.to = NodeId{row.text(9)};
  record.decision.reason = row.text(10);
  record.decision.saving = from_micrograms(row.integer(11));
  record.verdict = row.text(12);
  record.migration = MigrationId{row.text(13)};
  record.state = parse_decision_state(row.text(14)).value_or(DecisionState::kFailed);
  record.settled_at = row.maybe_time(15);
  if (record.settled_at) {
    record.outcome = Outcome{.bytes = Bytes{row.integer(16)},
                             .downtime = Duration{row.integer(17)},
                             .migration_time = Duration{row.integer(18)},
                             .why = row.text(19)};
  }
  return record;
}

constexpr std::string_view kTickColumns =
    "SELECT id, at_ms, real_at_ms, policy, forecast_model, forecast_issued_ms, inputs_digest "
    "FROM tick ";

TickRecord tick_from(const os::Row& row) {
  TickRecord tick;
  tick.id = row.integer(0);
  tick.at = row.time(1);
  tick.real_at = row.time(2);
  tick.policy = row.text(3);
  tick.forecast_model = row.text(4);
  tick.forecast_issued = row.maybe_time(5);
  tick.inputs_digest = row.text(6);
  return tick;
}

class SqliteLedger final : public Ledger {
 public:
  explicit SqliteLedger(os::Database database) : database_(std::move(database)) {}

  Result<TickRecord> record(TickRecord tick) override {
    return database_.transaction([&] { return insert(tick); })
        .transform([&] { return std::move(tick); })
        .transform_error(doing("recording a tick in the ledger"));
  }

  Result<> begun(std::int64_t decision, const MigrationId& migration) override {
    return database_
        .run(
            "UPDATE decision SET migration = ? WHERE id = ? AND state = 'acting' AND "
            "migration = ''",
            {migration.str(), decision})
        .and_then([&] {
          return check_changed(decision,
                               [&](const auto& found) { return found.migration == migration; });
        });
  }

  Result<> conclude(std::int64_t decision, DecisionState end, const Outcome& outcome,
                    Instant at) override {
    return database_
        .run(
            "UPDATE decision SET state = ?, settled_at_ms = ?, sent_bytes = ?, downtime_ms = ?, "
            "migration_time_ms = ?, why = ? WHERE id = ? AND state = 'acting'",
            {to_string(end), at, outcome.bytes.count(), outcome.downtime.count(),
             outcome.migration_time.count(), outcome.why, decision})
        .and_then([&] {
          return check_changed(decision, [&](const auto& found) { return found.state == end; });
        });
  }

  Result<std::vector<DecisionRecord>> acting() override {
    return decisions("WHERE d.state = 'acting' ORDER BY d.id", {});
  }

  Result<std::vector<DecisionRecord>> history(const HistoryQuery& query) override {
    const auto workload =
        query.workload ? std::optional(query.workload->str()) : std::optional<std::string>{};
    return decisions(
        "WHERE (?1 IS NULL OR d.workload = ?1) AND (?2 IS NULL OR t.at_ms >= ?2) "
        "AND (NOT ?3 OR d.source <> d.destination) ORDER BY d.id DESC LIMIT ?4",
        {workload, query.since, query.moves_only ? 1 : 0, to_limit(query.limit)});
  }

  Result<std::vector<TickRecord>> ticks(std::size_t limit) override {
    std::vector<TickRecord> ticks;
    return database_
        .query(std::string(kTickColumns) + "ORDER BY id DESC LIMIT ?", {to_limit(limit)},
               [&](const os::Row& row) { ticks.push_back(tick_from(row)); })
        .and_then([&] { return for_each(ticks, [&](auto& tick) { return read_flags(tick); }); })
        .transform([&] { return std::move(ticks); });
  }

  Result<TickRecord> tick(std::int64_t id) override {
    std::optional<TickRecord> tick;
    std::optional<std::string> inputs;
    return database_
        .query(std::string(kTickColumns) + "WHERE id = ?", {id},
               [&](const os::Row& row) { tick = tick_from(row); })
        .and_then([&] {
          return tick ? Result<>{} : not_found(std::format("the ledger has no tick {}", id));
        })
        .and_then([&] { return read_flags(*tick); })
        .and_then([&] { return read_inputs(*tick); })
        .and_then([&] { return decisions("WHERE d.tick = ? ORDER BY d.id", {id}); })
        .transform([&](std::vector<DecisionRecord> decisions) {
          tick->decisions = std::move(decisions);
          return *std::move(tick);
        });
  }

 private:
  template <class Items, class Function>
  static Result<> for_each(Items& items, Function function) {
    for (auto& item : items) {
      if (auto done = function(item); !done) {
        return done;
      }
    }
    return {};
  }

  Result<> insert(TickRecord& tick) {
    const auto inputs = tick.inputs.transform(inputs_to_json);
    return database_
        .run(
            "INSERT INTO tick(at_ms, real_at_ms, policy, forecast_model, forecast_issued_ms, "
            "inputs_digest, inputs) VALUES(?, ?, ?, ?, ?, ?, ?)",
            {tick.at, tick.real_at, tick.policy, tick.forecast_model, tick.forecast_issued,
             tick.inputs_digest, inputs})
        .and_then([&] {
          tick.id = database_.last_insert_id();
          return insert_flags(tick);
        })
        .and_then([&] {
          return for_each(tick.decisions,
                          [&](auto& decision) { return insert_decision(tick.id, decision); });
        });
  }

  Result<> insert_flags(const TickRecord& tick) {
    std::int64_t position = 0;
    return for_each(tick.flags, [&](const Flag& flag) {
      return database_.run("INSERT INTO flag VALUES(?, ?, ?, ?)",
                           {tick.id, position++, to_string(flag.stage), flag.what});
    });
  }

  Result<> insert_decision(std::int64_t tick, DecisionRecord& record) {
    const auto& decision = record.decision;
    return database_
        .run(
            "INSERT INTO decision(tick, workload, source, destination, reason, saving_ug, "
            "verdict, state) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            {tick, decision.workload.str(), decision.from.str(), decision.to.str(), decision.reason,
             to_micrograms(decision.saving), record.verdict, to_string(record.state)})
        .and_then([&] {
          record.id = database_.last_insert_id();
          return insert_terms(record);
        });
  }

  Result<> insert_terms(const DecisionRecord& record) {
    std::int64_t position = 0;
    return for_each(record.decision.terms, [&](const cluster::Term& term) {
      return database_.run("INSERT INTO term VALUES(?, ?, ?, ?)",
                           {record.id, position++, term.name, to_micrograms(term.carbon)});
    });
  }

  // After an UPDATE of one decision: it changed, or it is as it should be already.
  template <class Predicate>
  Result<> check_changed(std::int64_t id, Predicate is_done) {
    if (database_.changes() == 1) {
      return {};
    }
    return decisions("WHERE d.id = ?", {id})
        .and_then([&](const std::vector<DecisionRecord>& found) -> Result<> {
          if (found.empty()) {
            return not_found(std::format("the ledger has no decision {}", id));
          }
          if (is_done(found.front())) {
            return {};
          }
          return conflict(std::format("decision {} is {} with migration '{}'", id,
                                      to_string(found.front().state), found.front().migration));
        });
  }

  Result<std::vector<DecisionRecord>> decisions(std::string_view where,
                                                std::initializer_list<os::SqlValue> values) {
    std::vector<DecisionRecord> records;
    return database_
        .query(std::string(kDecisionColumns) + std::string(where), values,
               [&](const os::Row& row) { records.push_back(decision_from(row)); })
        .and_then([&] {
          return for_each(records, [&](auto& record) { return read_terms(record.id, record); });
        })
        .transform([&] { return std::move(records); })
        .transform_error(doing("reading the ledger"));
  }

  Result<> read_terms(std::int64_t id, DecisionRecord& record) {
    return database_.query("SELECT name, carbon_ug FROM term WHERE decision = ? ORDER BY position",
                           {id}, [&](const os::Row& row) {
                             record.decision.terms.push_back(
                                 {.name = row.text(0), .carbon = from_micrograms(row.integer(1))});
                           });
  }

  Result<> read_flags(TickRecord& tick) {
    return database_.query("SELECT stage, what FROM flag WHERE tick = ? ORDER BY position",
                           {tick.id}, [&](const os::Row& row) {
                             const auto stage = parse_stage(row.text(0)).value_or(Stage::kRecord);
                             tick.flags.push_back({.stage = stage, .what = row.text(1)});
                           });
  }

  Result<> read_inputs(TickRecord& tick) {
    std::optional<std::string> text;
    return database_
        .query("SELECT inputs FROM tick WHERE id = ?", {tick.id},
               [&](const os::Row& row) { text = row.maybe_text(0); })
        .and_then([&]() -> Result<> {
          if (!text) {
            return {};
          }
          return inputs_from_json(*text).transform(
              [&](PlanInputs inputs) { tick.inputs = std::move(inputs); });
        });
  }

  os::Database database_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_sqlite_ledger(const os::Path& file) {
  return os::Database::open(file, {.migrations = kMigrations})
      .transform([](os::Database database) -> std::unique_ptr<Ledger> {
        return std::make_unique<SqliteLedger>(std::move(database));
      })
      .transform_error(doing("opening the ledger"));
}

}  // namespace drover::control
