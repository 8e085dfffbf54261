#include "cluster/local/service_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover::cluster::local {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ServiceEndpoints service(std::vector<std::string> addresses) {
  return {.service = {.name = "web",
                      .selector = {{"app", "web"}},
                      .ports = {{.name = "",
                                 .port = 80,
                                 .target_port = 8080,
                                 .protocol = pods::PortProtocol::kTcp}},
                      .cluster_ip = "10.77.250.2"},
          .addresses = std::move(addresses)};
}

TEST(ServiceRules, OneEndpointIsAPlainTranslation) {
  EXPECT_THAT(service_rules({service({"10.77.11.2"})}, Network{}.services()),
              HasSubstr("ip daddr 10.77.250.2 tcp dport 80 dnat to 10.77.11.2:8080\n"));
}

TEST(ServiceRules, SeveralEndpointsAreChosenAtRandom) {
  EXPECT_THAT(
      service_rules({service({"10.77.11.2", "10.77.12.2"})}, Network{}.services()),
      HasSubstr(
          "dnat to numgen random mod 2 map { 0 : 10.77.11.2 . 8080, 1 : 10.77.12.2 . 8080 }\n"));
}

TEST(ServiceRules, WithoutEndpointsOnlyTheRefusalIsLeft) {
  const auto rules = service_rules({service({})}, Network{}.services());
  EXPECT_THAT(rules, Not(HasSubstr("dnat to")));
  EXPECT_THAT(rules, HasSubstr("ip daddr 10.77.250.0/24 meta l4proto tcp reject with tcp reset"));
}

TEST(ServiceRules, JsonComesBackEqual) {
  const std::vector<ServiceEndpoints> services = {service({"10.77.11.2"}), service({})};
  const auto back = parse_endpoints(to_json(services));
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(*back, services);
}

TEST(ServiceRules, NothingButAddressesGetsIntoTheRules) {
  EXPECT_FALSE(parse_endpoints(
      R"([{"service":{"name":"a","selector":{"a":"b"},"ports":[]},"addresses":["1.2.3.4; flush ruleset"]}])"));
  EXPECT_FALSE(parse_endpoints(
      R"([{"service":{"name":"a","selector":{"a":"b"},"ports":[],"clusterIP":"x; y"},"addresses":[]}])"));
  EXPECT_FALSE(parse_endpoints("{"));
  EXPECT_FALSE(parse_endpoints("[1]"));
}

}  // namespace
}  // namespace drover::cluster::local
