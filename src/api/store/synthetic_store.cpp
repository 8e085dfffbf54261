#include "api/store/synthetic_store.h"

#include <algorithm>
#include <chrono>
#include <format>

#include "carbon/synthetic.h"

namespace drover::api {
namespace {

using carbon::Scope;
using carbon::Series;

constexpr Instant kBegin = std::chrono::sys_days{std::chrono::year{2020} / 1 / 1};
constexpr Instant kEnd = std::chrono::sys_days{std::chrono::year{2080} / 1 / 1};
constexpr Duration kStep = std::chrono::hours{1};

// A value is known when its hour is over.
void forget_after(Series& series, Instant known_at) {
  for (std::size_t slot = 0; slot < series.values.size(); ++slot) {
    if (series.time_of(slot) + series.step > known_at) {
      series.values[slot].reset();
    }
  }
}

class SyntheticStore final : public carbon::Store {
 public:
  SyntheticStore(SyntheticGrid& grid, const Clock& clock) : grid_(grid), clock_(clock) {}

  Result<carbon::ImportReport> write(const std::vector<Series>& /*series*/,
                                     Instant /*now*/) override {
    return conflict("the synthetic grid cannot be written to");
  }
  Result<std::int64_t> write_forecasts(
      const std::vector<carbon::ProviderForecast>& /*forecasts*/) override {
    return conflict("the synthetic grid cannot be written to");
  }
  Result<Series> read(const carbon::SeriesQuery& query) override;
  Result<std::vector<carbon::ZoneSummary>> zones() override;
  Result<std::vector<carbon::ProviderForecast>> read_forecasts(
      const carbon::SeriesQuery& query) override {
    return choose(query).transform(
        [](std::size_t) { return std::vector<carbon::ProviderForecast>(); });
  }

 private:
  Result<std::size_t> choose(const carbon::SeriesQuery& query) {
    return zones().and_then([&](const auto& known) { return choose_series(query, known); });
  }

  SyntheticGrid& grid_;
  const Clock& clock_;
};

Result<Series> SyntheticStore::read(const carbon::SeriesQuery& query) {
  return choose(query)
      .and_then([&](std::size_t) { return grid_.series(query.zone, query.scope, query.to); })
      .and_then([&](const std::shared_ptr<const Series>& all) {
        return carbon::slice(*all, query.from, query.to);
      })
      .and_then([&](Series part) -> Result<Series> {
        if (query.known_at) {
          forget_after(part, *query.known_at);
        }
        return query.reported == carbon::Reported::kAll ? part : carbon::only(part, query.reported);
      });
}

Result<std::vector<carbon::ZoneSummary>> SyntheticStore::zones() {
  const Instant end = std::clamp(
      Instant{std::chrono::floor<std::chrono::hours>(clock_.now())} + kStep, kBegin + kStep, kEnd);
  std::vector<carbon::ZoneSummary> all;
  for (const auto& zone : carbon::synthetic_zones()) {
    for (const Scope scope : {Scope::kDirect, Scope::kLifecycle}) {
      all.push_back({.zone = zone,
                     .kind = carbon::Kind::kAverage,
                     .scope = scope,
                     .basis = carbon::Basis::kUnstated,
                     .first = kBegin,
                     .last_end = end,
                     .step = kStep,
                     .points = (end - kBegin) / kStep,
                     .gaps = 0,
                     .forecasts = 0,
                     .source = std::string(carbon::kSyntheticSource)});
    }
  }
  std::ranges::stable_sort(all, {}, &carbon::ZoneSummary::zone);
  return all;
}

}  // namespace

Result<std::shared_ptr<const Series>> SyntheticGrid::series(const ZoneId& zone, Scope scope,
                                                            Instant to) {
  constexpr Duration kMargin = std::chrono::days{30};  // so that it is made anew once a month
  const std::scoped_lock lock(mutex_);
  auto& made = made_[{zone, scope}];
  const Instant wanted = std::clamp(to, kBegin + kStep, kEnd);
  if (made && made->end() >= wanted) {
    return made;
  }
  const Instant end =
      std::min(kEnd, Instant{std::chrono::ceil<std::chrono::hours>(wanted)} + kMargin);
  return carbon::synthetic_series(
             {.zone = zone, .from = kBegin, .to = end, .seed = seed_, .scope = scope})
      .transform([&](Series series) {
        made = std::make_shared<const Series>(std::move(series));
        return made;
      });
}

std::unique_ptr<carbon::Store> make_synthetic_store(SyntheticGrid& grid, const Clock& clock) {
  return std::make_unique<SyntheticStore>(grid, clock);
}

}  // namespace drover::api
