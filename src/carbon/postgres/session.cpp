#include "carbon/postgres/session.h"

#include <algorithm>
#include <format>
#include <string>
#include <string_view>

#include "carbon/postgres/schema.h"

namespace drover::carbon {
namespace {

using ReadOnly =
    pqxx::transaction<pqxx::isolation_level::repeatable_read, pqxx::write_policy::read_only>;

// "drover" in ASCII and a number: of the locks of one database only this one is ours.
constexpr const char* kTakeLock = "SELECT pg_advisory_xact_lock(x'64726f7665720001'::bigint)";
constexpr int kKnownVersion = static_cast<int>(kPostgresMigrations.size());

// The server's messages have several lines; errors have one.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == '\n' || c == '\t' || c == ' ';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

template <class Type>
bool is(const pqxx::sql_error& failed) {
  return dynamic_cast<const Type*>(&failed) != nullptr;
}

// By the state, https://www.postgresql.org/docs/current/errcodes-appendix.html, and by the type
// where libpqxx throws one of its own without the state.
Error error_of(const pqxx::sql_error& failed) {
  const std::string& state = failed.sqlstate();
  const std::string what = one_line(failed.what());
  if (state == "57014" || state == "55P03") {
    return {.code = Code::kTimeout, .what = what + "; try again when less is going on there"};
  }
  if (state == "25006" || is<pqxx::insufficient_privilege>(failed)) {
    return {.code = Code::kUnavailable,
            .what = what +
                    "; drover needs CREATE on the database once, and to read and write in "
                    "the schema drover_carbon"};
  }
  if (state.starts_with("08") || state.starts_with("57P") ||
      is<pqxx::insufficient_resources>(failed)) {
    return {.code = Code::kUnavailable, .what = what + "; try again"};
  }
  if (is<pqxx::integrity_constraint_violation>(failed) || is<pqxx::transaction_rollback>(failed)) {
    return {.code = Code::kConflict, .what = what + "; try again"};
  }
  return {.code = Code::kInternal, .what = std::format("{} (SQLSTATE {})", what, state)};
}

int version_of(pqxx::transaction_base& transaction) {
  const bool none =
      transaction.query_value<bool>("SELECT to_regclass('drover_carbon.migrations') IS NULL");
  return none ? 0
              : transaction.query_value<int>(
                    "SELECT coalesce(max(version), 0) FROM drover_carbon.migrations");
}

}  // namespace

Result<> Session::open() {
  return guarded([&] { return connect(); });
}

// Every exception that libpqxx throws on purpose is a pqxx::failure or one of the standard library.
Result<> Session::guarded(const std::function<Result<>()>& work) {
  Result<> done;
  try {
    done = work();
  } catch (const pqxx::in_doubt_error& failed) {
    connection_.reset();
    done = unavailable(one_line(failed.what()) +
                       "; it may have been written or not: do it again, which is harmless");
  } catch (const pqxx::broken_connection& failed) {
    connection_.reset();
    done = unavailable(one_line(failed.what()) +
                       "; is the server running, and may this user connect? A password comes from "
                       "PGPASSFILE (~/.pgpass), PGPASSWORD or a service file");
  } catch (const pqxx::sql_error& failed) {
    done = std::unexpected(error_of(failed));
  } catch (const std::exception& failed) {
    done = internal(one_line(failed.what()));
  }
  if (connection_ != nullptr && !connection_->is_open()) {
    connection_.reset();
    if (!done) {
      done.error().code = Code::kUnavailable;
    }
  }
  return done.transform_error(doing(target_.name));
}

Result<> Session::connect() {
  if (connection_ != nullptr) {
    return {};
  }
  connection_ = std::make_unique<pqxx::connection>(target_.connection);
  connection_->set_notice_handler([](pqxx::zview) {});
  pqxx::nontransaction(*connection_)
      .exec(std::format("SET statement_timeout = {}; SET lock_timeout = {}; "
                        "SET idle_in_transaction_session_timeout = {}",
                        options_.statement_timeout.count(), options_.lock_timeout.count(),
                        options_.statement_timeout.count()));
  auto ready = migrate();
  if (!ready) {
    connection_.reset();
  }
  return ready;
}

Result<> Session::migrate() {
  int version = 0;
  {
    ReadOnly transaction(*connection_);
    version = version_of(transaction);
  }
  if (version > kKnownVersion) {
    return conflict(std::format(
        "its schema drover_carbon has version {}, this drover knows versions up to {}; use a newer "
        "drover",
        version, kKnownVersion));
  }
  if (version == 0 && !options_.make) {
    return not_found(
        "it has no carbon data; import some first (drover carbon import FILE --store …)");
  }
  return version == kKnownVersion ? Result<>{} : migrate_from(version);
}

// Two programs may open a new database at once: the version is read again under the lock.
Result<> Session::migrate_from(int version) {
  pqxx::work transaction(*connection_);
  transaction.exec(kTakeLock);
  // An administrator may have made it, for a role that must not make schemas.
  if (transaction.query_value<bool>("SELECT to_regnamespace('drover_carbon') IS NULL")) {
    transaction.exec("CREATE SCHEMA drover_carbon");
  }
  if (version == 0) {
    transaction.exec(
        "CREATE TABLE IF NOT EXISTS drover_carbon.migrations("
        "version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())");
  }
  for (int next = version_of(transaction); next < kKnownVersion; ++next) {
    transaction.exec(kPostgresMigrations[static_cast<std::size_t>(next)]);
    transaction.exec("INSERT INTO drover_carbon.migrations(version) VALUES($1)",
                     pqxx::params{next + 1});
  }
  transaction.commit();
  return {};
}

Result<> Session::in_transaction(
    const std::function<std::unique_ptr<pqxx::transaction_base>()>& begin, const Work& work) {
  const bool reused = connection_ != nullptr;
  bool begun = false;
  const auto once = [&] {
    return connect().and_then([&] {
      const auto transaction = begin();
      begun = true;
      return work(*transaction).transform([&] { transaction->commit(); });
    });
  };
  auto done = guarded(once);
  // Lost while nobody used it: nothing has been asked yet, so asking again is safe.
  const bool lost = !done && connection_ == nullptr && reused && !begun;
  return lost ? guarded(once) : done;
}

Result<> Session::write(const Work& work) {
  return in_transaction([&] { return std::make_unique<pqxx::work>(*connection_); },
                        [&](pqxx::transaction_base& transaction) {
                          transaction.exec(kTakeLock);
                          return work(transaction);
                        });
}

Result<> Session::read(const Work& work) {
  return in_transaction([&] { return std::make_unique<ReadOnly>(*connection_); }, work);
}

}  // namespace drover::carbon
