// What it costs to learn from two years and to predict four days, for one zone.
#include <benchmark/benchmark.h>

#include "carbon/registry.h"
#include "carbon/synthetic.h"

namespace drover::carbon {
namespace {

constexpr Instant kFrom{std::chrono::sys_days{std::chrono::year{2023} / 1 / 1}};
constexpr Instant kIssued{std::chrono::sys_days{std::chrono::year{2025} / 2 / 1}};
constexpr std::size_t kLeads = 96;

void refit_and_predict(benchmark::State& state, const std::string& name) {
  const auto model = make_forecaster(name).value();
  const auto series = synthetic_series(ZoneId{"SYN-US-NE-ISNE"}, kFrom, kIssued, 1).value();
  const auto history = History::before(series, kIssued).value();
  for (auto _ : state) {
    benchmark::DoNotOptimize(model->predict(history, kLeads));
  }
}
BENCHMARK_CAPTURE(refit_and_predict, climatology, std::string("climatology"))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(refit_and_predict, ridge, std::string("ridge"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(refit_and_predict, robust_ridge, std::string("robust-ridge"))
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace drover::carbon
