// One connection that comes back after it was lost, and where the exceptions of libpqxx end.
#pragma once

#include <functional>
#include <memory>

#include <pqxx/pqxx>

#include "base/result.h"
#include "carbon/postgres/postgres_store.h"
#include "carbon/postgres/target.h"

namespace drover::carbon {

// Not thread-safe.
class Session {
 public:
  using Work = std::function<Result<>(pqxx::transaction_base&)>;

  Session(Target target, const PostgresOptions& options)
      : target_(std::move(target)), options_(options) {}

  // Connects, and brings the schema forward; the other calls do so too when need be.
  Result<> open();
  // A transaction that is committed unless `work` fails. Writers of one database take turns.
  Result<> write(const Work& work);
  // One consistent view of the data.
  Result<> read(const Work& work);

 private:
  Result<> guarded(const std::function<Result<>()>& work);
  Result<> connect();
  Result<> migrate();
  Result<> migrate_from(int version);
  // begin() makes the transaction; nothing has been asked of the database before that.
  Result<> in_transaction(const std::function<std::unique_ptr<pqxx::transaction_base>()>& begin,
                          const Work& work);

  Target target_;
  PostgresOptions options_;
  std::unique_ptr<pqxx::connection> connection_;
};

}  // namespace drover::carbon
