// The lock in a real network namespace with real packets.
#include "migrate/netfilter/lock.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include <gtest/gtest.h>

#include "os/clock.h"
#include "os/command.h"
#include "os/fd.h"
#include "os/netlink.h"
#include "os/netns.h"
#include "os/nft.h"

namespace drover::migrate {
namespace {

// A process in a network namespace of its own, as a pod's pause process is.
class NftLockTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto ns = os::NetNamespace::create();
    ASSERT_TRUE(ns) << ns.error().what;
    auto child = os::Child::spawn({.argv = {"sleep", "60"}, .net_namespace = ns->fd()});
    ASSERT_TRUE(child) << child.error().what;
    child_.emplace(std::move(*child));
    ns_.emplace(std::move(*ns));
    pod_.sandbox_pid = child_->id().pid;
  }

  // Whether a datagram from the namespace to its own loopback arrives. `mark` as CRIU sets on its
  // packets.
  bool loopback_works(int mark = 0) {
    return os::run_in(*ns_,
                      [&]() -> Result<bool> {
                        const os::Fd in(::socket(AF_INET, SOCK_DGRAM, 0));
                        const os::Fd out(::socket(AF_INET, SOCK_DGRAM, 0));
                        sockaddr_in address{};
                        address.sin_family = AF_INET;
                        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
                        socklen_t size = sizeof(address);
                        auto* name = reinterpret_cast<sockaddr*>(&address);
                        timeval limit{.tv_sec = 0, .tv_usec = 50'000};
                        ::setsockopt(in.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
                        ::setsockopt(out.get(), SOL_SOCKET, SO_MARK, &mark, sizeof(mark));
                        if (::bind(in.get(), name, size) != 0 ||
                            ::getsockname(in.get(), name, &size) != 0) {
                          return internal("no socket");
                        }
                        char byte = 'x';
                        (void)::sendto(out.get(), &byte, 1, 0, name, size);
                        return ::recv(in.get(), &byte, 1, 0) == 1;
                      })
        .value_or(false);
  }

  std::optional<os::Child> child_;
  std::optional<os::NetNamespace> ns_;
  PodHandle pod_{.pod = WorkloadId("redis")};
  MigrationId id_{"m-000001"};
  NftLock lock_;
};

TEST_F(NftLockTest, ClosedItDropsEverythingButCriusOwnPackets) {
  ASSERT_TRUE(loopback_works());
  const auto closed = lock_.close(pod_, id_);
  ASSERT_TRUE(closed) << closed.error().what;
  EXPECT_FALSE(loopback_works());
  EXPECT_TRUE(loopback_works(0xC114));
  EXPECT_TRUE(*lock_.closed(pod_, id_));
}

TEST_F(NftLockTest, OpeningRestoresTheTraffic) {
  ASSERT_TRUE(lock_.close(pod_, id_));
  ASSERT_TRUE(lock_.open(pod_, id_));
  EXPECT_TRUE(loopback_works());
  EXPECT_FALSE(*lock_.closed(pod_, id_));
}

TEST_F(NftLockTest, BothDirectionsMayBeRepeated) {
  ASSERT_TRUE(lock_.close(pod_, id_));
  EXPECT_TRUE(lock_.close(pod_, id_));
  EXPECT_TRUE(lock_.open(pod_, id_));
  EXPECT_TRUE(lock_.open(pod_, id_));
}

TEST_F(NftLockTest, LocksOfTwoMigrationsDoNotMix) {
  ASSERT_TRUE(lock_.close(pod_, id_));
  ASSERT_TRUE(lock_.close(pod_, MigrationId("m-000002")));
  ASSERT_TRUE(lock_.open(pod_, MigrationId("m-000002")));
  EXPECT_TRUE(*lock_.closed(pod_, id_));
  EXPECT_FALSE(loopback_works());
}

// A client in a namespace of its own, connected to a server in the pod's.
class LockedConnectionTest : public NftLockTest {
 protected:
  void SetUp() override {
    NftLockTest::SetUp();
    auto outside = os::NetNamespace::create();
    ASSERT_TRUE(outside) << outside.error().what;
    outside_.emplace(std::move(*outside));
    ASSERT_TRUE(os::run_in(*outside_, [&] {
      return os::create_veth(
                 {.end = {.name = "eth0"}, .peer = {.name = "eth0", .net_namespace = ns_->fd()}})
          .and_then([] { return os::add_address("eth0", "10.9.0.1/24"); })
          .and_then([] { return os::set_up("eth0"); });
    }));
    ASSERT_TRUE(os::run_in(*ns_, [] {
      return os::add_address("eth0", "10.9.0.2/24").and_then([] { return os::set_up("eth0"); });
    }));
    server_ = socket_in(*ns_);
    ASSERT_EQ(::bind(server_.get(), name(), sizeof(address_)), 0);
    ASSERT_EQ(::listen(server_.get(), 8), 0);
  }

  static os::Fd socket_in(const os::NetNamespace& ns) {
    os::Fd made;
    EXPECT_TRUE(os::call_in(ns, [&] { made = os::Fd(::socket(AF_INET, SOCK_STREAM, 0)); }));
    return made;
  }
  sockaddr* name() { return reinterpret_cast<sockaddr*>(&address_); }

  os::Fd connecting() {
    os::Fd client;
    EXPECT_TRUE(os::call_in(
        *outside_, [&] { client = os::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)); }));
    EXPECT_EQ(::connect(client.get(), name(), sizeof(address_)), -1);
    EXPECT_EQ(errno, EINPROGRESS);
    return client;
  }

  static tcp_info info(const os::Fd& socket) {
    tcp_info info{};
    socklen_t size = sizeof(info);
    EXPECT_EQ(::getsockopt(socket.get(), IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    return info;
  }

  template <class Condition>
  static bool eventually(const Condition& condition) {
    const os::Stopwatch watch;
    while (!condition()) {
      if (watch.elapsed() > Duration{20'000}) return false;
      os::pause_for(Duration{5});
    }
    return true;
  }

  std::optional<os::NetNamespace> outside_;
  sockaddr_in address_{
      .sin_family = AF_INET, .sin_port = htons(7000), .sin_addr = {htonl(0x0a090002)}};
  os::Fd server_;
};

TEST_F(LockedConnectionTest, APeerRepeatsWithoutBackingOffAndItsDataArrives) {
  const auto client = socket_in(*outside_);
  ASSERT_EQ(::connect(client.get(), name(), sizeof(address_)), 0);
  const os::Fd accepted(::accept(server_.get(), nullptr, nullptr));
  ASSERT_TRUE(lock_.close(pod_, id_));
  ASSERT_EQ(::send(client.get(), "x", 1, 0), 1);
  // Were there no answers, nine would take 51 s, each twice as long as the one before. An answer is
  // lost for good when it finds the socket in use, as asking for its state does: so it is asked
  // seldom, and a few steps of backing off are no failure.
  unsigned highest = 0;
  const os::Stopwatch watch;
  while (info(client).tcpi_total_retrans < 9 && watch.elapsed() < Duration{30'000}) {
    os::pause_for(Duration{100});
    highest = std::max<unsigned>(highest, info(client).tcpi_backoff);
  }
  EXPECT_GE(info(client).tcpi_total_retrans, 9U);
  EXPECT_LE(highest, 4U);
  ASSERT_TRUE(lock_.open(pod_, id_));
  char byte = 0;
  EXPECT_EQ(::recv(accepted.get(), &byte, 1, 0), 1);
  EXPECT_EQ(byte, 'x');
}

TEST_F(LockedConnectionTest, WhatHasBegunIsAcceptedAndNothingNewBegins) {
  const auto waiting = socket_in(*outside_);
  ASSERT_EQ(::connect(waiting.get(), name(), sizeof(address_)), 0);
  const std::jthread server([&] {
    os::pause_for(Duration{30});
    const os::Fd accepted(::accept(server_.get(), nullptr, nullptr));
    EXPECT_GE(accepted.get(), 0);
  });
  const os::Stopwatch watch;
  ASSERT_TRUE(lock_.turn_away(pod_, id_));
  EXPECT_GE(watch.elapsed(), Duration{29});
  EXPECT_FALSE(*lock_.closed(pod_, id_));
  const auto late = connecting();
  EXPECT_TRUE(eventually([&] { return info(late).tcpi_total_retrans >= 1; }));
  EXPECT_EQ(::send(waiting.get(), "x", 1, 0), 1);
  EXPECT_TRUE(eventually([&] { return info(waiting).tcpi_unacked == 0; }));  // it goes on
  ASSERT_TRUE(lock_.close(pod_, id_));
  EXPECT_TRUE(*lock_.closed(pod_, id_));
  ASSERT_TRUE(lock_.open(pod_, id_));
  EXPECT_TRUE(eventually([&] { return info(late).tcpi_state == TCP_ESTABLISHED; }));
}

TEST_F(LockedConnectionTest, AServerThatAcceptsNothingIsWaitedForOnlyAMoment) {
  const auto waiting = socket_in(*outside_);
  ASSERT_EQ(::connect(waiting.get(), name(), sizeof(address_)), 0);
  EXPECT_TRUE(lock_.turn_away(pod_, id_));
  EXPECT_TRUE(lock_.open(pod_, id_));
  const auto next = socket_in(*outside_);
  EXPECT_EQ(::connect(next.get(), name(), sizeof(address_)), 0);
}

TEST(HasUnaccepted, AListenersBacklogAndHandshakesCount) {
  const std::string head = "  sl  local_address rem_address   st tx_queue rx_queue tr\n";
  const std::string idle =
      "   0: 00000000:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n";
  const std::string busy =
      "   0: 00000000:18EB 00000000:0000 0A 00000000:00000001 00:00000000 00000000\n";
  const std::string begun =
      "   1: 0100007F:18EB 0100007F:D2F0 03 00000000:00000000 01:00000000 00000000\n";
  const std::string unread =
      "   2: 0100007F:18EB 0100007F:D2F0 01 00000000:00000010 00:00000000 00000000\n";
  EXPECT_FALSE(has_unaccepted(""));
  EXPECT_FALSE(has_unaccepted(head + idle + unread));
  EXPECT_TRUE(has_unaccepted(head + unread + busy));
  EXPECT_TRUE(has_unaccepted(head + idle + begun));
}

TEST_F(LockedConnectionTest, ANewConnectionWaitsAndIsNotRefused) {
  ASSERT_TRUE(lock_.close(pod_, id_));
  const auto client = connecting();
  EXPECT_TRUE(eventually([&] { return info(client).tcpi_total_retrans >= 1; }));
  EXPECT_EQ(info(client).tcpi_state, TCP_SYN_SENT);
  ASSERT_TRUE(lock_.open(pod_, id_));
  EXPECT_TRUE(eventually([&] { return info(client).tcpi_state == TCP_ESTABLISHED; }));
}

TEST_F(NftLockTest, APodWhoseSandboxIsGoneIsAnError) {
  pod_.sandbox_pid = 0x3fffffff;
  EXPECT_FALSE(lock_.close(pod_, id_));
  EXPECT_FALSE(lock_.closed(pod_, id_));
}

}  // namespace
}  // namespace drover::migrate
