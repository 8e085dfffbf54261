// Importing a year of 51 zones must take well under a second, and so must importing it again. One
// week of one zone must be read in under a millisecond when ten years of 200 zones are there: that
// one first writes 17.5 million rows, in about half a minute (--benchmark_filter=/20 is a tenth of
// it).
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "carbon/sqlite/sqlite_store.h"

namespace drover::carbon {
namespace {

constexpr int kZones = 51;
constexpr int kHours = 8760;
constexpr int kYears = 10;
constexpr int kWeek = 7 * 24;
constexpr Instant kNow{std::chrono::hours{490'000}};

std::vector<Series> a_year(int zones, int year = 0) {
  std::vector<Series> all;
  for (int zone = 0; zone < zones; ++zone) {
    Series series;
    series.zone = ZoneId{std::format("Z-{}", zone)};
    series.start = Instant{std::chrono::hours{400'000 + year * kHours}};
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
  const auto year = a_year(kZones);
  for (auto _ : state) {
    const Scratch scratch;
    auto store = open_sqlite_store(scratch.folder + "/carbon.db");
    benchmark::DoNotOptimize((*store)->write(year, kNow));
  }
}
BENCHMARK(import_a_year)->Unit(benchmark::kMillisecond);

void import_it_again(benchmark::State& state) {
  const auto year = a_year(kZones);
  const Scratch scratch;
  auto store = open_sqlite_store(scratch.folder + "/carbon.db");
  (void)(*store)->write(year, kNow);
  for (auto _ : state) {
    benchmark::DoNotOptimize((*store)->write(year, kNow));
  }
}
BENCHMARK(import_it_again)->Unit(benchmark::kMillisecond);

// A store with ten years of as many zones as the benchmark's argument says.
struct Decade {
  explicit Decade(int zones) {
    for (int year = 0; year < kYears; ++year) {
      (void)(*store)->write(a_year(zones, year), kNow);
    }
  }
  Scratch scratch;
  Result<std::unique_ptr<Store>> store = open_sqlite_store(scratch.folder + "/carbon.db");
};

Store& decade_of(benchmark::State& state) {
  static std::map<std::int64_t, Decade> decades;
  const auto zones = state.range(0);
  return **decades.try_emplace(zones, static_cast<int>(zones)).first->second.store;
}

void read_a_week(benchmark::State& state) {
  Store& store = decade_of(state);
  std::int64_t next = 0;
  for (auto _ : state) {
    next += 7919;
    const Instant from{std::chrono::hours{400'000 + next % (kYears * kHours - kWeek)}};
    const auto week = store.read({.zone = ZoneId{std::format("Z-{}", next % state.range(0))},
                                  .from = from,
                                  .to = from + std::chrono::hours{kWeek}});
    if (!week || !week->values[kWeek - 1]) {
      state.SkipWithError("the week is not there");
      break;
    }
  }
}
BENCHMARK(read_a_week)->Arg(20)->Arg(200)->Unit(benchmark::kMicrosecond);

void list_zones(benchmark::State& state) {
  Store& store = decade_of(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(store.zones());
  }
}
BENCHMARK(list_zones)->Arg(20)->Arg(200)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace drover::carbon
