// The generation of one area by type, collected from a document, and the carbon intensity of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "carbon/series.h"

namespace drover::carbon::wire {

// Power that is the same over [at, at + length).
struct Block {
  Instant at;
  Duration length{};
  double megawatts = 0;
};

class GenerationMix {
 public:
  // Lengths are 15, 30 or 60 minutes, begun on a multiple of themselves; what can be said of power
  // is checked here. `type` is a known production type.
  Result<> add(const std::string& type, const Block& block);

  // In steps of the longest block, shorter ones as their mean. A step in which a type of the
  // document has no value throughout is a gap, and so is one without generation. Zone, source and
  // basis are left to the caller.
  Result<Series> intensity(Scope scope);

  [[nodiscard]] std::int64_t repeated() const { return repeated_; }

 private:
  Result<> merge(const std::string& type, std::vector<Block>& blocks);

  std::map<std::string, std::vector<Block>> by_type_;
  std::size_t blocks_ = 0;
  std::int64_t repeated_ = 0;
};

}  // namespace drover::carbon::wire
