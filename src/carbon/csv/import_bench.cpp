// A year of 51 zones, as big as the largest file of the data sets, must be read in well under 100
// ms.
#include <cstddef>
#include <format>
#include <iterator>
#include <string>

#include <benchmark/benchmark.h>

#include "carbon/csv/import.h"

namespace drover::carbon {
namespace {

constexpr int kZones = 51;
constexpr int kHours = 8760;

std::string a_year() {
  std::string text = "datetime_utc";
  for (int zone = 0; zone < kZones; ++zone) {
    text += std::format(",Z-{}", zone);
  }
  for (int hour = 0; hour < kHours; ++hour) {
    const auto time = std::chrono::sys_seconds{std::chrono::hours{450'000 + hour}};
    std::format_to(std::back_inserter(text), "\n{:%FT%HZ}", time);
    for (int zone = 0; zone < kZones; ++zone) {
      std::format_to(std::back_inserter(text), ",{:.1f}", (zone * 31 + hour * 7) % 9000 / 10.0);
    }
  }
  return text;
}

void parse_a_year(benchmark::State& state) {
  const std::string text = a_year();
  for ([[maybe_unused]] auto step : state) {
    const auto content = parse_carbon_csv(text, "direct.csv", {});
    if (!content || content->series.size() != kZones) {
      state.SkipWithError("the file was not read");
      break;
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse_a_year)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace drover::carbon
