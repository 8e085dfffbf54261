// Checkpoints through runc, which drives CRIU.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "migrate/engine.h"

namespace drover::migrate {

struct CriuEngineOptions {
  std::string runc = "runc";
  std::string criu = "criu";
  std::filesystem::path runc_root;  // runc --root of this node
};

class CriuEngine final : public CheckpointEngine {
 public:
  explicit CriuEngine(CriuEngineOptions options) : options_(std::move(options)) {}

  std::vector<std::string> node_obstacles() override;
  std::vector<std::string> obstacles(const ContainerHandle& container) override;
  Result<> pause(const ContainerHandle& container) override;
  Result<> resume(const ContainerHandle& container) override;
  Result<Bytes> dump(const MigrationId& id, const ContainerHandle& container,
                     const std::filesystem::path& images) override;
  Result<> settle(const MigrationId& id) override;

 private:
  Result<std::string> status(const ContainerHandle& container) const;
  Result<> checkpoint(const MigrationId& id, const ContainerHandle& container,
                      const std::filesystem::path& images, const std::filesystem::path& work) const;

  CriuEngineOptions options_;
  std::mutex mutex_;  // guards the cached answer of node_obstacles()
  std::optional<std::vector<std::string>> node_obstacles_;
};

// "4.2.1" out of what `criu --version` prints; nullopt when there is none.
std::optional<std::pair<int, int>> parse_criu_version(std::string_view output);

// Linux 6.16 and later refuse SO_PASSCRED on most sockets, which only CRIU from 4.2 on copes with.
bool criu_fits_kernel(std::pair<int, int> criu, std::pair<int, int> kernel);

}  // namespace drover::migrate
