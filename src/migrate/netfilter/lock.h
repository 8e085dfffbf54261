// The network lock as one nft table per migration in the pod's network namespace. Nothing passes in
// or out; peers that repeat segments of established TCP connections get ICMP "host unreachable".
#pragma once

#include <string_view>

#include "migrate/engine.h"

namespace drover::migrate {

// Of the content of /proc/PID/net/tcp or tcp6: whether a connection waits for its handshake's end
// or for accept().
bool has_unaccepted(std::string_view table);

class NftLock final : public NetworkLock {
 public:
  Result<> turn_away(const PodHandle& pod, const MigrationId& id) override;
  Result<> close(const PodHandle& pod, const MigrationId& id) override;
  Result<> open(const PodHandle& pod, const MigrationId& id) override;
  Result<bool> closed(const PodHandle& pod, const MigrationId& id) override;
};

}  // namespace drover::migrate
