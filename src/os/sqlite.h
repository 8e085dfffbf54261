// SQLite, the only store of what must survive: WAL, synchronous=FULL, foreign keys on, schema steps
// by user_version.
//
//   auto db = Database::open(path, {.migrations = kMigrations});
//   db->run("INSERT INTO pod(name, node) VALUES(?, ?)", {name, node});
//   db->query("SELECT name, node FROM pod", {}, [&](const Row& row) { pods.push_back({row.text(0),
//   row.text(1)}); });
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "os/file.h"

struct sqlite3;
struct sqlite3_stmt;

namespace drover::os {

// What a column can hold here; an empty optional is NULL.
class SqlValue {
 public:
  using Variant = std::variant<std::monostate, std::int64_t, double, std::string>;

  SqlValue() = default;
  template <std::integral T>
  SqlValue(T value) : value_(static_cast<std::int64_t>(value)) {}
  SqlValue(double value) : value_(value) {}
  SqlValue(std::string value) : value_(std::move(value)) {}
  SqlValue(std::string_view value) : value_(std::string(value)) {}
  SqlValue(const char* value) : value_(std::string(value)) {}
  SqlValue(Instant value) : value_(std::int64_t{value.time_since_epoch().count()}) {}
  template <class T>
  SqlValue(const std::optional<T>& value) {
    if (value) *this = SqlValue(*value);
  }
  [[nodiscard]] const Variant& variant() const { return value_; }

 private:
  Variant value_;
};

// The current row of a query. Reading a column as what it is not (also NULL as a plain value) makes
// the query fail with kInternal once the row function returns; the value read is then empty.
class Row {
 public:
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;  // an INTEGER column is converted
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Instant time(
      int column) const;  // stored as integer milliseconds since the Unix epoch
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const;
  [[nodiscard]] std::optional<double> maybe_real(int column) const;
  [[nodiscard]] std::optional<std::string> maybe_text(int column) const;
  [[nodiscard]] std::optional<Instant> maybe_time(int column) const;

 private:
  friend class Statement;
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  void expect(int column, int type) const;
  sqlite3_stmt* statement_;
  mutable std::string mismatch_;
};

using RowFunction = std::function<void(const Row&)>;

// A prepared statement, for what is run many times; must not outlive its Database.
class Statement {
 public:
  // Binds all of `values` to the parameters in order, runs to the end, calls `each` per row, and is
  // ready again.
  Result<> run(std::span<const SqlValue> values, const RowFunction& each = {});
  Result<> run(std::initializer_list<SqlValue> values, const RowFunction& each = {});

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  Result<> bind(std::span<const SqlValue> values);
  Result<> step(const RowFunction& each);
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection. Not thread-safe: one thread at a time, and one writing Database per file at a
// time by design. A constraint that is violated is kConflict; a lock not got within busy_timeout is
// kTimeout; no space kUnavailable.
class Database {
 public:
  struct Options {
    // Step i takes user_version from i to i + 1, in a transaction of its own. Steps are only ever
    // appended.
    std::span<const std::string_view> migrations;
    Duration busy_timeout = std::chrono::seconds(5);
  };

  // Creates the file (mode 0600) when absent. kConflict when it was written by a newer drover.
  static Result<Database> open(const Path& path, const Options& options);

  // One or more statements without parameters and results.
  Result<> execute(const std::string& script);

  Result<Statement> prepare(std::string_view sql);
  Result<> run(std::string_view sql, std::initializer_list<SqlValue> values = {});
  Result<> query(std::string_view sql, std::initializer_list<SqlValue> values,
                 const RowFunction& each);

  // BEGIN IMMEDIATE, work, COMMIT; an error from work or from the commit rolls back and is
  // returned. Does not nest.
  Result<> transaction(const std::function<Result<>()>& work);

  [[nodiscard]] std::int64_t last_insert_id() const;
  [[nodiscard]] int changes() const;  // rows changed by the last INSERT, UPDATE or DELETE
  Result<int> user_version();

  // A consistent copy in one file; kConflict when `path` exists.
  Result<> backup_to(const Path& path);

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  Result<> configure(const Options& options);
  Result<> migrate(std::span<const std::string_view> migrations);
  Result<> migrate_one(int from, std::string_view step);
  static constexpr std::size_t kShownSql = 200;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace drover::os
