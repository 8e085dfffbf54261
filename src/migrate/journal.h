// The coordinator's memory. Each call is one durable write: it has happened when it returns.
#pragma once

#include <optional>
#include <vector>

#include "migrate/migration.h"

namespace drover::migrate {

struct Transition {
  MigrationId id;
  Phase from = Phase::kPreflight;
  Phase to = Phase::kPreflight;
  Instant at;
  std::string detail;                // kept with the span that ends here
  std::optional<std::string> error;  // sets Migration::error
  Bytes image_bytes;                 // added to what is known
  Bytes sent_bytes;
};

// Called from one thread at a time. Adapters: sqlite; in-memory for tests. Contract suite in
// migrate/testing.
class Journal {
 public:
  virtual ~Journal() = default;
  // A number higher than any returned before, also across restarts.
  virtual Result<Epoch> next_epoch() = 0;
  // Idempotent by request.key: a known key returns the migration that it began.
  // kConflict when another migration of the same pod is open.
  virtual Result<Migration> begin(const Request& request, Instant at) = 0;
  // A compare-and-swap of the phase: kConflict when the migration is not in `from` any more. This
  // is the cell that decides between commit and abort; whichever swap comes first wins.
  virtual Result<> advance(const Transition& transition) = 0;
  // What is wrong at the moment, kept as the detail of the current span until advance() replaces
  // it.
  virtual Result<> remark(const MigrationId& id, const std::string& trouble) = 0;
  virtual Result<Migration> load(const MigrationId& id) = 0;
  virtual Result<std::vector<Migration>> list() = 0;       // newest first
  virtual Result<std::vector<Migration>> list_open() = 0;  // oldest first
};

}  // namespace drover::migrate
