#include "cluster/local/layout.h"

#include <cstdint>
#include <format>

namespace drover::cluster::local {
namespace {

// FNV-1a, 64 bit: short, the same in every version and on every machine.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return hash;
}

}  // namespace

std::filesystem::path ClusterPaths::checkpoints() const {
  return std::format("/dev/shm/drover-{:016x}", hash_of(dir.string()));
}

std::string ClusterPaths::cgroup_name() const {
  return std::format("{}-{:08x}", name(), hash_of(dir.string()) & 0xffffffff);
}

}  // namespace drover::cluster::local
