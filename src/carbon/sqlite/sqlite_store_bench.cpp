// Importing a year of 51 zones must take about a second or less; so must importing it again.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <string>

#include <benchmark/benchmark.h>

#include "carbon/sqlite/sqlite_store.h"

namespace drover::carbon {
namespace {

constexpr int kZones = 51;
constexpr int kHours = 8784;
constexpr Instant kNow{std::chrono::hours{490'000}};

std::vector<Series> a_year() {
  std::vector<Series> all;
  for (int zone = 0; zone < kZones; ++zone) {
    Series series;
    series.zone = ZoneId{std::format("Z-{}", zone)};
    series.start = Instant{std::chrono::hours{450'000}};
    series.source = "bench";
    for (int hour = 0; hour < kHours; ++hour) {
      series.values.emplace_back(Intensity::grams_per_kwh((zone * 31 + hour * 7) % 9000 / 10.0));
    }
    all.push_back(std::move(series));
  }
  return all;
}

struct Scratch {
  std::string folder = (std::filesystem::temp_directory_path() / "drover-bench-XXXXXX").string();
  Scratch() { folder = ::mkdtemp(folder.data()); }
  ~Scratch() { std::filesystem::remove_all(folder); }
};

void import_a_year(benchmark::State& state) {
  const auto year = a_year();
  for (auto _ : state) {
    const Scratch scratch;
    auto store = open_sqlite_store(scratch.folder + "/carbon.db");
    benchmark::DoNotOptimize((*store)->write(year, kNow));
  }
}
BENCHMARK(import_a_year)->Unit(benchmark::kMillisecond);

void import_it_again(benchmark::State& state) {
  const auto year = a_year();
  const Scratch scratch;
  auto store = open_sqlite_store(scratch.folder + "/carbon.db");
  (void)(*store)->write(year, kNow);
  for (auto _ : state) {
    benchmark::DoNotOptimize((*store)->write(year, kNow));
  }
}
BENCHMARK(import_it_again)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace drover::carbon
