#include "migrate/netfilter/lock.h"

#include <algorithm>
#include <array>
#include <format>
#include <sstream>

#include "os/clock.h"
#include "os/file.h"
#include "os/netns.h"
#include "os/nft.h"

namespace drover::migrate {
namespace {

// How long a server may take to accept what has begun; a dump with the rest would fail by itself.
constexpr Duration kAcceptLimit{100};
constexpr Duration kAcceptLook{1};

std::string table_of(const MigrationId& id) { return std::format("drover_{}", id); }

Result<os::NetNamespace> namespace_of(const PodHandle& pod) {
  return os::identify(pod.sandbox_pid)
      .and_then([](os::ProcessId process) { return os::NetNamespace::of(process); })
      .transform_error(doing(std::format("entering the network namespace of pod '{}'", pod.pod)));
}

// From here on no connection begins. A SYN that is dropped is repeated after a second.
std::string shut_script(const MigrationId& id) {
  return std::format(
      "table inet {} {{\n"
      "  chain shut {{\n"
      "    type filter hook input priority -301;\n"
      "    tcp flags & (syn | ack) == syn drop\n"
      "  }}\n"
      "}}\n",
      table_of(id));
}

// Loopback is locked too: two sockets of one pod are dumped one after the other. Priority -300 is
// before conntrack (-200), so held packets make no entries. Mark 0xC114 is CRIU's own: the fake FIN
// by which it restores half-closed connections.
// A peer that repeats a segment is told "host unreachable", not met with silence: established
// connections survive it (RFC 1122, 4.2.3.9) and, knowing that it is not congestion, do not double
// the time to the next repetition (RFC 6069). A SYN would be ended by it and is dropped.
std::string closed_script(const MigrationId& id) {
  return shut_script(id) + std::format(
                               "table inet {} {{\n"
                               "  chain input {{\n"
                               "    type filter hook input priority -300; policy drop;\n"
                               "    meta mark 0xc114 accept\n"
                               "    iif != \"lo\" tcp flags & (syn | rst) == 0 reject with icmpx "
                               "type host-unreachable\n"
                               "  }}\n"
                               "  chain output {{\n"
                               "    type filter hook output priority -300; policy drop;\n"
                               "    meta mark 0xc114 accept\n"
                               "    icmp type destination-unreachable accept\n"
                               "    icmpv6 type destination-unreachable accept\n"
                               "  }}\n"
                               "}}\n",
                               table_of(id));
}

// A host is sent some six of these answers and then one a second, which two clients on one host use
// up in a second. The pod gets the kernel's default back when the lock opens.
Result<> limit_answers(bool limited) {
  return os::set_sysctl("net.ipv4.icmp_ratelimit", limited ? "1000" : "0");
}

enum class State { kOpen, kShut, kClosed };

// One look: each costs milliseconds, and some are in the freeze.
State state_of(const MigrationId& id) {
  const auto table = os::nft_list(std::format("table inet {}", table_of(id)));
  if (!table) {
    return State::kOpen;
  }
  return table->contains("chain input") ? State::kClosed : State::kShut;
}

bool has_unaccepted(const PodHandle& pod) {
  return std::ranges::any_of(std::array{"tcp", "tcp6"}, [&](const char* family) {
    const auto table = os::read_file(std::format("/proc/{}/net/{}", pod.sandbox_pid, family));
    return table && migrate::has_unaccepted(*table);
  });
}

}  // namespace

// The columns are: slot, local address, remote address, state, transmit:receive queue, … all in
// hex; the receive queue of a listener is its backlog.
bool has_unaccepted(std::string_view table) {
  constexpr std::string_view kSynReceived = "03";
  constexpr std::string_view kListening = "0A";
  std::istringstream lines{std::string(table)};
  std::string line;
  std::getline(lines, line);  // the head
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues;
    fields >> slot >> local >> remote >> state >> queues;
    const bool empty = queues.ends_with(":00000000");
    if (state == kSynReceived || (state == kListening && !empty)) {
      return true;
    }
  }
  return false;
}

Result<> NftLock::turn_away(const PodHandle& pod, const MigrationId& id) {
  const auto shut = namespace_of(pod).and_then([&](const os::NetNamespace& ns) {
    return os::run_in(ns, [&]() -> Result<> {
      return state_of(id) == State::kOpen ? os::nft(shut_script(id)) : Result<>{};
    });
  });
  const os::Stopwatch watch;
  while (shut && watch.elapsed() < kAcceptLimit && has_unaccepted(pod)) {
    os::pause_for(kAcceptLook);
  }
  return shut;
}

Result<> NftLock::close(const PodHandle& pod, const MigrationId& id) {
  return namespace_of(pod).and_then([&](const os::NetNamespace& ns) {
    return os::run_in(ns, [&]() -> Result<> {
      const auto state = state_of(id);
      if (state == State::kClosed) {
        return {};
      }
      // A chain that is declared twice makes the kernel wait for its readers, in the freeze.
      return os::nft((state == State::kOpen ? shut_script(id) : "") + closed_script(id))
          .and_then([] { return limit_answers(false); });
    });
  });
}

Result<> NftLock::open(const PodHandle& pod, const MigrationId& id) {
  return namespace_of(pod).and_then([&](const os::NetNamespace& ns) {
    return os::run_in(ns, [&]() -> Result<> {
      const auto table = table_of(id);
      const auto state = state_of(id);
      if (state != State::kClosed) {
        return state == State::kOpen ? Result<>{} : os::nft_delete_table("inet", table);
      }
      // Deleting a table waits for the kernel's readers, 6 to 20 ms, inserting a rule does not:
      // traffic first.
      return os::nft(std::format("insert rule inet {0} shut accept\n"
                                 "insert rule inet {0} input accept\n"
                                 "insert rule inet {0} output accept\n",
                                 table))
          .and_then([] { return limit_answers(true); })
          .and_then([&] { return os::nft_delete_table("inet", table); });
    });
  });
}

Result<bool> NftLock::closed(const PodHandle& pod, const MigrationId& id) {
  return namespace_of(pod).and_then([&](const os::NetNamespace& ns) {
    return os::run_in(ns, [&]() -> Result<bool> { return state_of(id) == State::kClosed; });
  });
}

}  // namespace drover::migrate
