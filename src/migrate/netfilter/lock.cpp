#include "migrate/netfilter/lock.h"

#include <format>

#include "os/netns.h"
#include "os/nft.h"

namespace drover::migrate {
namespace {

std::string table_of(const MigrationId& id) { return std::format("drover_{}", id); }

Result<os::NetNamespace> namespace_of(const PodHandle& pod) {
  return os::identify(pod.sandbox_pid)
      .and_then([](os::ProcessId process) { return os::NetNamespace::of(process); })
      .transform_error(doing(std::format("entering the network namespace of pod '{}'", pod.pod)));
}

// Loopback is locked too: two sockets of one pod are dumped one after the other. Priority -300 is
// before conntrack (-200), so held packets make no entries. Mark 0xC114 is CRIU's own: the fake FIN
// by which it restores half-closed connections.
// A peer that repeats a segment is told "host unreachable", not met with silence: established
// connections survive it (RFC 1122, 4.2.3.9) and, knowing that it is not congestion, do not double
// the time to the next repetition (RFC 6069). A SYN would be ended by it and is dropped.
std::string script(const MigrationId& id) {
  return std::format(
      "table inet {0} {{\n"
      "  chain input {{ type filter hook input priority -300; policy drop; meta mark 0xc114 "
      "accept; "
      "iif != \"lo\" tcp flags & (syn | rst) == 0 reject with icmpx type host-unreachable; }}\n"
      "  chain output {{ type filter hook output priority -300; policy drop; meta mark 0xc114 "
      "accept; icmp type destination-unreachable accept; "
      "icmpv6 type destination-unreachable accept; }}\n"
      "}}\n",
      table_of(id));
}

// A host is sent some six of these answers and then one a second, which two clients on one host use
// up in a second. The pod gets the kernel's default back when the lock opens.
Result<> limit_answers(bool limited) {
  return os::set_sysctl("net.ipv4.icmp_ratelimit", limited ? "1000" : "0");
}

}  // namespace

Result<> NftLock::close(const PodHandle& pod, const MigrationId& id) {
  return namespace_of(pod).and_then([&](const os::NetNamespace& ns) {
    return os::run_in(ns, [&]() -> Result<> {
      return os::nft_table_exists("inet", table_of(id))
                 ? Result<>{}
                 : os::nft(script(id)).and_then([] { return limit_answers(false); });
    });
  });
}

Result<> NftLock::open(const PodHandle& pod, const MigrationId& id) {
  return namespace_of(pod).and_then([&](const os::NetNamespace& ns) {
    return os::run_in(ns, [&]() -> Result<> {
      const auto table = table_of(id);
      if (!os::nft_table_exists("inet", table)) {
        return {};
      }
      // Deleting a table waits for the kernel's readers, 6 to 20 ms, inserting a rule does not:
      // traffic first.
      return os::nft(std::format(
                         "insert rule inet {0} input accept\ninsert rule inet {0} output accept\n",
                         table))
          .and_then([] { return limit_answers(true); })
          .and_then([&] { return os::nft_delete_table("inet", table); });
    });
  });
}

Result<bool> NftLock::closed(const PodHandle& pod, const MigrationId& id) {
  return namespace_of(pod).and_then([&](const os::NetNamespace& ns) {
    return os::run_in(ns,
                      [&]() -> Result<bool> { return os::nft_table_exists("inet", table_of(id)); });
  });
}

}  // namespace drover::migrate
