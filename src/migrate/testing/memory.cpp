#include "migrate/testing/memory.h"

#include <algorithm>
#include <format>

namespace drover::migrate::testing {

Result<Migration> MemoryJournal::begin(const Request& request, Instant at) {
  for (const auto& migration : migrations_) {
    if (migration.request.key == request.key) {
      return migration;
    }
  }
  for (const auto& migration : migrations_) {
    if (migration.request.pod == request.pod && migration.open()) {
      return conflict(std::format("pod '{}' is being moved", request.pod));
    }
  }
  Migration migration{.id = MigrationId(std::format("m-{:06}", migrations_.size() + 1)),
                      .request = request,
                      .phase = Phase::kPreflight,
                      .begun = at};
  migration.timeline.push_back({.phase = Phase::kPreflight, .start = at, .end = at});
  migrations_.push_back(migration);
  return migration;
}

Result<> MemoryJournal::advance(const Transition& transition) {
  auto* migration = find(transition.id);
  if (migration == nullptr) {
    return not_found("no such migration");
  }
  if (migration->phase != transition.from) {
    return conflict("the migration is not in this phase any more");
  }
  migration->phase = transition.to;
  migration->image_bytes += transition.image_bytes;
  migration->sent_bytes += transition.sent_bytes;
  migration->error = transition.error.value_or(migration->error);
  migration->timeline.back().end = transition.at;
  migration->timeline.back().detail = transition.detail;
  if (is_terminal(transition.to)) {
    migration->ended = transition.at;
  } else {
    migration->timeline.push_back(
        {.phase = transition.to, .start = transition.at, .end = transition.at});
  }
  return {};
}

Result<> MemoryJournal::remark(const MigrationId& id, const std::string& trouble) {
  auto* migration = find(id);
  if (migration == nullptr || !migration->open()) {
    return not_found("no such open migration");
  }
  migration->timeline.back().detail = trouble;
  return {};
}

Result<Migration> MemoryJournal::load(const MigrationId& id) {
  const auto* migration = find(id);
  return migration == nullptr ? Result<Migration>(not_found("no such migration")) : *migration;
}

Result<std::vector<Migration>> MemoryJournal::list() {
  return std::vector<Migration>(migrations_.rbegin(), migrations_.rend());
}

Result<std::vector<Migration>> MemoryJournal::list_open() {
  std::vector<Migration> open;
  std::ranges::copy_if(migrations_, std::back_inserter(open), &Migration::open);
  return open;
}

Migration* MemoryJournal::find(const MigrationId& id) {
  const auto found = std::ranges::find(migrations_, id, &Migration::id);
  return found == migrations_.end() ? nullptr : &*found;
}

Result<> MemoryStepLog::begin(const StepRequest& request) {
  for (const auto& [key, entry] : entries_) {
    const auto& [id, step] = key;
    if (id != request.id) {
      continue;
    }
    const bool ends = step == Step::kDrain || step == Step::kThaw || step == Step::kDiscard;
    if (request.epoch < entry.epoch || (ends && entry.reply && step != request.step)) {
      return conflict("an older epoch, or too late");
    }
  }
  entries_[{request.id, request.step}].epoch = request.epoch;
  return {};
}

Result<> MemoryStepLog::finish(const StepRequest& request, const StepReply& reply) {
  entries_[{request.id, request.step}].reply = reply;
  return {};
}

Result<std::optional<StepReply>> MemoryStepLog::finished(const MigrationId& id, Step step) {
  const auto found = entries_.find({id, step});
  return found == entries_.end() ? std::nullopt : found->second.reply;
}

Result<bool> MemoryStepLog::begun(const MigrationId& id, Step step) {
  return entries_.contains({id, step});
}

}  // namespace drover::migrate::testing
