// Packing and unpacking of a checkpoint's pages, in memory-backed folders, for incompressible and
// for compressible pages.
#include <unistd.h>

#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <random>

#include <benchmark/benchmark.h>

#include "migrate/tcp/archive.h"

namespace drover::migrate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBytes = 64UL << 20;

class Pages {
 public:
  explicit Pages(bool random) {
    std::string pattern = "/dev/shm/drover-bench-XXXXXX";
    dir_ = mkdtemp(pattern.data());
    fs::create_directories(from());
    std::string text(kBytes, 'x');
    std::mt19937_64 engine(1);
    for (std::size_t at = 0; random && at < kBytes; at += sizeof(std::uint64_t)) {
      const auto word = engine();
      std::memcpy(text.data() + at, &word, sizeof(word));
    }
    std::ofstream(from() / "pages-1.img", std::ios::binary) << text;
  }
  ~Pages() { fs::remove_all(dir_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  [[nodiscard]] fs::path from() const { return dir_ / "from"; }
  [[nodiscard]] fs::path to() const { return dir_ / "to"; }
  [[nodiscard]] std::deque<std::string> packed() const {
    std::deque<std::string> chunks;
    (void)pack({{.name = "images/c", .dir = from()}}, [&](std::string chunk) {
      chunks.push_back(std::move(chunk));
      return true;
    });
    return chunks;
  }

 private:
  fs::path dir_;
};

void pack_pages(benchmark::State& state) {
  const Pages pages(state.range(0) != 0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(pages.packed());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBytes));
}

void unpack_pages(benchmark::State& state) {
  const Pages pages(state.range(0) != 0);
  const auto stream = pages.packed();
  for (auto _ : state) {
    auto chunks = stream;
    fs::create_directories(pages.to());
    (void)unpack({{.name = "images/c", .dir = pages.to()}}, [&]() -> Result<std::string> {
      if (chunks.empty()) {
        return std::string();
      }
      auto chunk = std::move(chunks.front());
      chunks.pop_front();
      return chunk;
    });
    fs::remove_all(pages.to());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBytes));
}

BENCHMARK(pack_pages)->ArgName("random")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(unpack_pages)->ArgName("random")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace drover::migrate
