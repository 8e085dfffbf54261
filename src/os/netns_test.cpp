#include "os/netns.h"

#include <gtest/gtest.h>

#include "os/command.h"
#include "os/file.h"
#include "os/netlink.h"
#include "os/testing/expect.h"

namespace drover::os {
namespace {

using testing::FailsWith;
using testing::IsOk;

TEST(NetNamespace, RunsWorkInsideAndLeavesTheCallerWhereItIs) {
  const auto before = NetNamespace::of_calling_thread()->inode();
  const auto ns = NetNamespace::create();
  ASSERT_THAT(ns, IsOk());
  const auto inside = run_in(*ns, [] { return NetNamespace::of_calling_thread()->inode(); });
  EXPECT_EQ(inside, ns->inode());
  EXPECT_NE(inside, before);
  EXPECT_EQ(NetNamespace::of_calling_thread()->inode(), before);
}

TEST(NetNamespace, PassesErrorsOut) {
  const auto ns = NetNamespace::create();
  ASSERT_THAT(ns, IsOk());
  EXPECT_THAT(run_in(*ns, []() -> Result<> { return conflict("no"); }),
              FailsWith(Code::kConflict, "no"));
}

TEST(NetNamespace, IsThatOfAProcess) {
  const auto ns = NetNamespace::create();
  ASSERT_THAT(ns, IsOk());
  auto child = Child::spawn({.argv = {"sleep", "60"}, .net_namespace = ns->fd()});
  ASSERT_THAT(child, IsOk());
  EXPECT_EQ(NetNamespace::of(child->id())->inode(), ns->inode());
  auto other = child->id();
  ++other.start_ticks;
  EXPECT_THAT(NetNamespace::of(other), FailsWith(Code::kNotFound, "gone"));
}

TEST(NetNamespace, ANewOneHasItsLoopbackUp) {
  const auto ns = NetNamespace::create();
  ASSERT_THAT(ns, IsOk());
  const auto links = run_in(*ns, list_links);
  ASSERT_THAT(links, IsOk());
  ASSERT_EQ(links->size(), 1U);
  EXPECT_EQ(links->front().name, "lo");
  EXPECT_TRUE(links->front().up);
}

TEST(Sysctl, IsOfTheThreadsNamespace) {
  const auto ns = NetNamespace::create();
  ASSERT_THAT(ns, IsOk());
  const auto outside = read_file("/proc/sys/net/ipv4/ip_forward");
  const auto inside = run_in(*ns, [] {
    return set_sysctl("net.ipv4.ip_forward", "1").and_then([] {
      return read_file("/proc/sys/net/ipv4/ip_forward");
    });
  });
  EXPECT_EQ(inside, "1\n");
  EXPECT_EQ(read_file("/proc/sys/net/ipv4/ip_forward"), outside);
}

TEST(Sysctl, ThatDoesNotExistIsNotFound) {
  EXPECT_THAT(set_sysctl("net.drover.nothing", "1"),
              FailsWith(Code::kNotFound, "net.drover.nothing"));
}

}  // namespace
}  // namespace drover::os
