// The network in real namespaces: needs root. Made by descriptors alone, so that nothing stays when
// the test ends.
#include "cluster/local/fabric.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>

#include <gtest/gtest.h>

#include "cluster/local/service_rules.h"
#include "os/netlink.h"
#include "os/nft.h"

namespace drover::cluster::local {
namespace {

constexpr int kLimitMs = 3000;
constexpr std::uint16_t kPort = 6379;

sockaddr_in endpoint(const std::string& ip, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, ip.c_str(), &address.sin_addr);
  return address;
}

// 0, or the errno with which connecting failed.
int connect_errno(const std::string& ip, std::uint16_t port) {
  const os::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const auto address = endpoint(ip, port);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return 0;
  }
  if (errno != EINPROGRESS) {
    return errno;
  }
  pollfd event{.fd = socket.get(), .events = POLLOUT, .revents = 0};
  if (::poll(&event, 1, kLimitMs) != 1) {
    return ETIMEDOUT;
  }
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

class Fabric : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) {
      GTEST_SKIP() << "needs root for network namespaces";
    }
    const auto parsed = parse_cluster_file(
        "nodes:\n- {name: n1, zone: Z, cpu: 1, memory: 1Gi, uplink: {bandwidth: 100Mbit}}\n"
        "- {name: n2, zone: Z, cpu: 1, memory: 1Gi}\n",
        "c.yaml");
    ASSERT_TRUE(parsed) << parsed.error().what;
    cluster_ = *parsed;
    for (auto* space : {&fabric_, &first_, &second_, &pod_}) {
      auto made = os::NetNamespace::create();
      ASSERT_TRUE(made) << made.error().what;
      space->emplace(*std::move(made));
    }
    ok(make_fabric(*fabric_, cluster_));
    ok(attach_node(*fabric_, *first_, cluster_, cluster_.nodes[0]));
    ok(attach_node(*fabric_, *second_, cluster_, cluster_.nodes[1]));
  }

  static void ok(const Result<>& result) { ASSERT_TRUE(result) << result.error().what; }

  // A pod as the pod runtime attaches it, on a node.
  void attach_pod(const os::NetNamespace& node, const std::string& ip) {
    ok(os::run_in(node, [&] {
      return os::create_veth({.end = {.name = "vpod", .mac = "ee:ee:ee:ee:ee:ee"},
                              .peer = {.name = "eth0",
                                       .mac = "02:00:0a:4d:0b:02",
                                       .net_namespace = pod_->fd()}})
          .and_then([] { return os::set_up("vpod"); })
          .and_then(
              [&] { return os::replace_route({.destination = ip + "/32", .device = "vpod"}); });
    }));
    ok(os::run_in(*pod_, [&] {
      return os::add_address("eth0", ip + "/32")
          .and_then([] { return os::set_up("eth0"); })
          .and_then([] { return os::set_neighbour("eth0", "169.254.1.1", "ee:ee:ee:ee:ee:ee"); })
          .and_then([] {
            return os::replace_route(
                {.destination = "default", .via = "169.254.1.1", .device = "eth0", .onlink = true});
          });
    }));
  }

  // A listening socket in the pod, as long as the result lives.
  os::Fd listen_in_pod(std::uint16_t port) {
    int listener = -1;
    ok(os::run_in(*pod_, [&]() -> Result<> {
      listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const auto any = endpoint("0.0.0.0", port);
      if (::bind(listener, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 ||
          ::listen(listener, 8) != 0) {
        return os::system_error("listening in the pod");
      }
      return {};
    }));
    return os::Fd(listener);
  }

  static int connect_from(const os::NetNamespace& space, const std::string& ip,
                          std::uint16_t port) {
    return os::run_in(space, [&]() -> Result<int> { return connect_errno(ip, port); }).value_or(-1);
  }

  ClusterFile cluster_;
  std::optional<os::NetNamespace> fabric_, first_, second_, pod_;
};

TEST_F(Fabric, APodIsReachedFromTheFabricAndEveryNode) {
  attach_pod(*first_, "10.77.11.2");
  const auto listener = listen_in_pod(kPort);
  for (const auto* space : {&*fabric_, &*first_, &*second_}) {
    EXPECT_EQ(connect_from(*space, "10.77.11.2", kPort), 0);
  }
}

TEST_F(Fabric, ANodeThatHasNoSuchPodRefusesAtOnce) {
  EXPECT_EQ(connect_from(*fabric_, "10.77.11.2", kPort), ENETUNREACH);
}

TEST_F(Fabric, AMovedPodIsReachedByItsHostRoutes) {
  attach_pod(*second_, "10.77.11.2");
  const auto listener = listen_in_pod(kPort);
  for (const auto* space : {&*fabric_, &*first_}) {
    ok(os::run_in(*space, [] {
      return os::replace_route({.destination = "10.77.11.2/32", .via = "10.77.0.12"});
    }));
  }
  for (const auto* space : {&*fabric_, &*first_, &*second_}) {
    EXPECT_EQ(connect_from(*space, "10.77.11.2", kPort), 0);
  }
}

TEST_F(Fabric, AServiceLeadsToItsPodAndRefusesWithoutOne) {
  attach_pod(*first_, "10.77.11.2");
  const auto listener = listen_in_pod(kPort);
  ServiceEndpoints web{.service = {.name = "web",
                                   .selector = {{"app", "web"}},
                                   .ports = {{.name = "",
                                              .port = 80,
                                              .target_port = kPort,
                                              .protocol = pods::PortProtocol::kTcp}},
                                   .cluster_ip = "10.77.250.2"},
                       .addresses = {"10.77.11.2"}};
  const auto apply = [&] {
    for (const auto* space : {&*fabric_, &*first_, &*second_}) {
      ok(os::run_in(*space,
                    [&] { return os::nft(service_rules({web}, cluster_.network.services())); }));
    }
  };
  apply();
  for (const auto* space : {&*fabric_, &*first_, &*second_}) {
    EXPECT_EQ(connect_from(*space, "10.77.250.2", 80), 0);
    EXPECT_EQ(connect_from(*space, "10.77.250.2", 81), ECONNREFUSED);
    EXPECT_EQ(connect_from(*space, "10.77.250.9", 80), ECONNREFUSED);
  }
  web.addresses.push_back("10.77.11.2");  // two endpoints: chosen at random
  apply();
  EXPECT_EQ(connect_from(*second_, "10.77.250.2", 80), 0);
  web.addresses.clear();
  apply();
  for (const auto* space : {&*fabric_, &*first_, &*second_}) {
    EXPECT_EQ(connect_from(*space, "10.77.250.2", 80), ECONNREFUSED);
  }
}

}  // namespace
}  // namespace drover::cluster::local
