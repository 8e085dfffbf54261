// The agent's end of the rendezvous with drover-runtime, in files.
#pragma once

#include <filesystem>

#include "migrate/oci/files.h"

namespace drover::migrate {

class FileRendezvous final : public Rendezvous {
 public:
  // `restores`: <node>/restores
  explicit FileRendezvous(std::filesystem::path restores) : restores_(std::move(restores)) {}

  Result<> offer(const Offer& offer) override;
  Result<> ready(const MigrationId& id, const std::string& container) override;
  Result<> commit(const MigrationId& id, const std::string& container) override;
  Result<> abort(const MigrationId& id) override;
  Result<RestoreState> state(const MigrationId& id, const std::string& container) override;
  Result<RestoreState> wait(const MigrationId& id, const std::string& container, Duration limit,
                            bool (*done)(const RestoreState&)) override;
  Result<> clear(const MigrationId& id) override;

 private:
  [[nodiscard]] RendezvousFiles files(const MigrationId& id, const std::string& container) const {
    return {restores_ / id.str() / container};
  }

  std::filesystem::path restores_;
};

}  // namespace drover::migrate
