// The lock in a real network namespace with real packets.
#include "migrate/netfilter/lock.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <gtest/gtest.h>

#include "os/command.h"
#include "os/fd.h"
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

TEST_F(NftLockTest, APodWhoseSandboxIsGoneIsAnError) {
  pod_.sandbox_pid = 0x3fffffff;
  EXPECT_FALSE(lock_.close(pod_, id_));
  EXPECT_FALSE(lock_.closed(pod_, id_));
}

}  // namespace
}  // namespace drover::migrate
