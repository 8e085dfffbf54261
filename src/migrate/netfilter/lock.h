// The network lock as one nft table per migration in the pod's network namespace. Nothing passes in
// or out; peers that repeat segments of established TCP connections get ICMP "host unreachable".
#pragma once

#include "migrate/engine.h"

namespace drover::migrate {

class NftLock final : public NetworkLock {
 public:
  Result<> close(const PodHandle& pod, const MigrationId& id) override;
  Result<> open(const PodHandle& pod, const MigrationId& id) override;
  Result<bool> closed(const PodHandle& pod, const MigrationId& id) override;
};

}  // namespace drover::migrate
