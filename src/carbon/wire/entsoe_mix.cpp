#include "carbon/wire/entsoe_mix.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <optional>

#include "carbon/factors.h"

namespace drover::carbon::wire {
namespace {

constexpr std::size_t kMaxBlocks = 1'000'000;  // a year of quarters of 25 types
constexpr double kMostMegawatts = 1e6;         // above any country's type; otherwise another unit

Instant floored(Instant at, Duration step) {
  return at - Duration{(at.time_since_epoch() % step + step) % step};
}

}  // namespace

Result<> GenerationMix::add(const std::string& type, const Block& block) {
  if (!std::isfinite(block.megawatts) || block.megawatts < 0 || block.megawatts > kMostMegawatts) {
    return invalid(std::format("{} MW at {} is no power of generation, 0 to {} MW", block.megawatts,
                               format_time(block.at), kMostMegawatts));
  }
  if (floored(block.at, block.length) != block.at) {
    return invalid(std::format("{} is not on a step of {}", format_time(block.at),
                               std::chrono::duration_cast<std::chrono::minutes>(block.length)));
  }
  if (++blocks_ > kMaxBlocks) {
    return invalid(std::format("more than {} values; ask for less", kMaxBlocks));
  }
  by_type_[type].push_back(block);
  return {};
}

// Sorts, and drops what is said twice.
Result<> GenerationMix::merge(const std::string& type, std::vector<Block>& blocks) {
  std::ranges::stable_sort(blocks, {}, &Block::at);
  std::size_t kept = 1;
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    const Block& before = blocks[kept - 1];
    const Block& block = blocks[i];
    if (block.at >= before.at + before.length) {
      blocks[kept++] = block;
    } else if (block.at == before.at && block.length == before.length &&
               block.megawatts == before.megawatts) {
      ++repeated_;
    } else {
      return conflict(std::format("type {} has two values at {}: {} MW and {} MW", type,
                                  format_time(block.at), before.megawatts, block.megawatts));
    }
  }
  blocks.resize(kept);
  return {};
}

Result<Series> GenerationMix::intensity(Scope scope) {
  if (by_type_.empty()) {
    return not_found("no generation in it");
  }
  Duration step{0};
  auto first = Instant::max();
  auto last = Instant::min();
  for (auto& [type, blocks] : by_type_) {
    if (auto merged = merge(type, blocks); !merged) {
      return std::unexpected(merged.error());
    }
    step = std::max(step, std::ranges::max_element(blocks, {}, &Block::length)->length);
    first = std::min(first, blocks.front().at);
    last = std::max(last, blocks.back().at);
  }
  Series series;
  series.scope = scope;
  series.step = step;
  series.start = floored(first, step);
  const auto slots = (floored(last, step) - series.start) / step + 1;
  if (slots > kMaxSlots) {
    return invalid(std::format("{} to {} is too long in steps of {}", format_time(first),
                               format_time(last),
                               std::chrono::duration_cast<std::chrono::minutes>(step)));
  }
  const auto size = static_cast<std::size_t>(slots);
  std::vector<Mix> mixes(size, Mix(scope));
  std::vector<std::size_t> types(size);  // that cover the whole step
  for (const auto& [type, blocks] : by_type_) {
    const Fuel fuel = fuel_of_psr_type(type).value_or(Fuel::kOther);
    Duration covered{0};
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const Block& block = blocks[i];
      const auto slot = static_cast<std::size_t>((block.at - series.start) / step);
      const double share =
          static_cast<double>(block.length.count()) / static_cast<double>(step.count());
      mixes[slot].add(fuel, block.megawatts * share);
      covered += block.length;
      if (i + 1 == blocks.size() || floored(blocks[i + 1].at, step) != floored(block.at, step)) {
        types[slot] += covered == step ? 1 : 0;
        covered = Duration{0};
      }
    }
  }
  series.values.reserve(size);
  for (std::size_t slot = 0; slot < size; ++slot) {
    series.values.push_back(types[slot] == by_type_.size() ? mixes[slot].intensity()
                                                           : std::nullopt);
  }
  return series;
}

}  // namespace drover::carbon::wire
