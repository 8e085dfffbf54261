#include "migrate/migration.h"

#include <algorithm>

namespace drover::migrate {

Duration freeze_time(const Migration& migration) {
  const auto span_of = [&](Phase phase) {
    return std::ranges::find(migration.timeline, phase, &PhaseSpan::phase);
  };
  const auto frozen = span_of(Phase::kFreeze);
  const auto none = migration.timeline.end();
  if (frozen == none) {
    return Duration{0};
  }
  for (const auto last : {span_of(Phase::kRelease), span_of(Phase::kRollback)}) {
    if (last != none) {
      return last->end - frozen->start;
    }
  }
  return Duration{0};
}

}  // namespace drover::migrate
