#include "os/sqlite.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <format>
#include <type_traits>
#include <utility>

#include <sqlite3.h>

namespace drover::os {

namespace {

Code code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_CONSTRAINT:
      return Code::kConflict;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Code::kTimeout;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Code::kUnavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_TOOBIG:
      return Code::kInvalid;
    default:
      return Code::kInternal;
  }
}

std::unexpected<Error> failed(sqlite3* handle, std::string_view doing_what) {
  return std::unexpected(
      Error{.code = code_of(::sqlite3_extended_errcode(handle)),
            .what = std::format("{}: {}", doing_what, ::sqlite3_errmsg(handle))});
}

std::string sql_of(sqlite3_stmt* statement) { return ::sqlite3_sql(statement); }

int bind_one(sqlite3_stmt* statement, int position, const SqlValue& value) {
  return std::visit(
      [&]<class T>(const T& held) {
        if constexpr (std::is_same_v<T, std::monostate>) {
          return ::sqlite3_bind_null(statement, position);
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          return ::sqlite3_bind_int64(statement, position, held);
        } else if constexpr (std::is_same_v<T, double>) {
          return ::sqlite3_bind_double(statement, position, held);
        } else {
          return ::sqlite3_bind_text64(statement, position, held.data(), held.size(),
                                       SQLITE_TRANSIENT, SQLITE_UTF8);
        }
      },
      value.variant());
}

std::string_view type_name(int type) {
  switch (type) {
    case SQLITE_INTEGER:
      return "INTEGER";
    case SQLITE_FLOAT:
      return "REAL";
    case SQLITE_TEXT:
      return "TEXT";
    case SQLITE_BLOB:
      return "BLOB";
    default:
      return "NULL";
  }
}

// Made before SQLite does, so that it never has a wider mode.
Result<> make_private_file(const Path& path) {
  return open_file(path, O_RDWR | O_CREAT, 0600).transform([](const Fd&) {});
}

}  // namespace

// Row

void Row::expect(int column, int type) const {
  const int found = ::sqlite3_column_type(statement_, column);
  const bool widens = type == SQLITE_FLOAT && found == SQLITE_INTEGER;
  if (found == type || widens || !mismatch_.empty()) return;
  const char* name = ::sqlite3_column_name(statement_, column);
  mismatch_ = std::format("column {} '{}' is {}, expected {}", column,
                          name != nullptr ? name : "(none)", type_name(found), type_name(type));
}

std::int64_t Row::integer(int column) const {
  expect(column, SQLITE_INTEGER);
  return ::sqlite3_column_int64(statement_, column);
}

double Row::real(int column) const {
  expect(column, SQLITE_FLOAT);
  return ::sqlite3_column_double(statement_, column);
}

std::string Row::text(int column) const {
  expect(column, SQLITE_TEXT);
  const auto* text = reinterpret_cast<const char*>(::sqlite3_column_text(statement_, column));
  const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column));
  return text != nullptr ? std::string(text, size) : std::string();
}

Instant Row::time(int column) const { return Instant(Duration{integer(column)}); }

bool Row::is_null(int column) const {
  return ::sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::optional<std::int64_t> Row::maybe_integer(int column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<double> Row::maybe_real(int column) const {
  return is_null(column) ? std::nullopt : std::optional(real(column));
}

std::optional<std::string> Row::maybe_text(int column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

std::optional<Instant> Row::maybe_time(int column) const {
  return is_null(column) ? std::nullopt : std::optional(time(column));
}

// Statement

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  ::sqlite3_finalize(statement);
}

Result<> Statement::run(std::initializer_list<SqlValue> values, const RowFunction& each) {
  return run(std::span(values.begin(), values.size()), each);
}

Result<> Statement::run(std::span<const SqlValue> values, const RowFunction& each) {
  auto done = bind(values).and_then([&] { return step(each); });
  ::sqlite3_reset(statement_.get());
  ::sqlite3_clear_bindings(statement_.get());
  return done;
}

Result<> Statement::bind(std::span<const SqlValue> values) {
  auto* statement = statement_.get();
  const auto wanted = ::sqlite3_bind_parameter_count(statement);
  if (std::cmp_not_equal(wanted, values.size())) {
    return internal(std::format("'{}' has {} parameters, given are {}", sql_of(statement), wanted,
                                values.size()));
  }
  for (int position = 1; const auto& value : values) {
    if (bind_one(statement, position, value) != SQLITE_OK) {
      return failed(::sqlite3_db_handle(statement),
                    std::format("binding parameter {} of '{}'", position, sql_of(statement)));
    }
    ++position;
  }
  return {};
}

Result<> Statement::step(const RowFunction& each) {
  auto* statement = statement_.get();
  int result = SQLITE_ROW;
  while ((result = ::sqlite3_step(statement)) == SQLITE_ROW) {
    if (!each) continue;
    const Row row(statement);
    each(row);
    if (!row.mismatch_.empty()) {
      return internal(std::format("'{}': {}", sql_of(statement), row.mismatch_));
    }
  }
  if (result == SQLITE_DONE) return {};
  return failed(::sqlite3_db_handle(statement), std::format("running '{}'", sql_of(statement)));
}

// Database

// The _v2 form, so that a statement that outlives its database by mistake delays the closing
// instead of breaking it.
void Database::Close::operator()(sqlite3* handle) const { ::sqlite3_close_v2(handle); }

Result<Database> Database::open(const Path& path, const Options& options) {
  const auto context = doing("database " + path.string());
  if (auto made = make_private_file(path).transform_error(context); !made) {
    return std::unexpected(made.error());
  }
  sqlite3* handle = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int opened = ::sqlite3_open_v2(path.c_str(), &handle, kFlags, nullptr);
  Database database(handle);  // a failed open leaves a handle too
  if (opened != SQLITE_OK) return std::unexpected(context(failed(handle, "opening").error()));
  return database.configure(options)
      .and_then([&] { return database.migrate(options.migrations); })
      .transform([&] { return std::move(database); })
      .transform_error(context);
}

Result<> Database::configure(const Options& options) {
  ::sqlite3_busy_timeout(handle_.get(), static_cast<int>(options.busy_timeout.count()));
  return execute(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
      "PRAGMA trusted_schema=OFF;");
}

Result<> Database::migrate(std::span<const std::string_view> migrations) {
  const int known = static_cast<int>(migrations.size());
  // Two processes may open a new file at once: the version is read again inside each step's
  // transaction.
  while (true) {
    const auto found = user_version();
    if (!found) return std::unexpected(found.error());
    if (*found > known) {
      return conflict(std::format(
          "its schema has version {}, this drover knows versions up to {}; use a newer drover",
          *found, known));
    }
    if (*found == known) return {};
    if (auto stepped = migrate_one(*found, migrations[static_cast<std::size_t>(*found)]);
        !stepped) {
      return stepped;
    }
  }
}

Result<> Database::migrate_one(int from, std::string_view step) {
  return transaction([&]() -> Result<> {
           const auto found = user_version();
           if (!found) return std::unexpected(found.error());
           if (*found != from) return {};
           return execute(std::string(step)).and_then([&] {
             return execute(std::format("PRAGMA user_version={}", from + 1));
           });
         })
      .transform_error(doing(std::format("schema step {}", from + 1)));
}

Result<> Database::execute(const std::string& script) {
  if (::sqlite3_exec(handle_.get(), script.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) {
    return {};
  }
  return failed(handle_.get(), std::format("running '{}'", script.substr(0, kShownSql)));
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (::sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return failed(handle_.get(), std::format("preparing '{}'", sql));
  }
  if (statement == nullptr) return internal("preparing an empty statement");
  return Statement(statement);
}

Result<> Database::run(std::string_view sql, std::initializer_list<SqlValue> values) {
  return query(sql, values, {});
}

Result<> Database::query(std::string_view sql, std::initializer_list<SqlValue> values,
                         const RowFunction& each) {
  return prepare(sql).and_then([&](Statement statement) { return statement.run(values, each); });
}

Result<> Database::transaction(const std::function<Result<>()>& work) {
  if (auto begun = execute("BEGIN IMMEDIATE"); !begun) return begun;
  auto done = work().and_then([&] { return execute("COMMIT"); });
  // Some errors (no space, for one) have rolled back already.
  if (!done && ::sqlite3_get_autocommit(handle_.get()) == 0) {
    [[maybe_unused]] const auto undone = execute("ROLLBACK");
  }
  return done;
}

std::int64_t Database::last_insert_id() const { return ::sqlite3_last_insert_rowid(handle_.get()); }

int Database::changes() const { return ::sqlite3_changes(handle_.get()); }

Result<int> Database::user_version() {
  int version = 0;
  return query("PRAGMA user_version", {},
               [&](const Row& row) { version = static_cast<int>(row.integer(0)); })
      .transform([&] { return version; });
}

Result<> Database::backup_to(const Path& path) {
  if (os::exists(path)) return conflict(path.string() + " exists already");
  return run("VACUUM INTO ?", {path.string()}).transform_error(doing("backup to " + path.string()));
}

}  // namespace drover::os
