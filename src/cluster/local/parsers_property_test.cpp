// Whatever a user's file holds, the parsers answer with a value or an error: they never throw and
// never crash.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cluster/local/address.h"
#include "cluster/local/cluster_file.h"
#include "cluster/local/manifest.h"
#include "cluster/local/quantity.h"

namespace drover::cluster::local {
namespace {

constexpr std::string_view kCluster = R"(name: demo
network: 10.9.0.0/16
nodes:
  - {name: spa, zone: US-CENT-SPA, cpu: 2, memory: 1Gi, power: {idleWatts: 60, peakWatts: 180}, uplink: {bandwidth: 1Gbit}}
clock: {mode: accelerated, start: 2021-01-01T00Z, speed: 3600}
)";

constexpr std::string_view kManifest = R"(apiVersion: v1
kind: Pod
metadata: {name: p, labels: &l {app: redis}}
spec:
  containers:
  - {name: c, image: "dir:/", env: [{name: A, value: "1"}], resources: {requests: {cpu: 100m}}, volumeMounts: [{name: v, mountPath: /d}]}
  volumes: [{name: v, emptyDir: {}}]
---
apiVersion: v1
kind: Service
metadata: {name: s}
spec: {selector: {app: redis}, ports: [{port: 6379}]}
)";

template <class T>
bool read_or_refused(const Result<T>& result, std::string_view place) {
  return result.has_value() || result.error().what.starts_with(place);
}

// A few edits at random places: bytes changed, ranges doubled or cut, YAML's own signs put in.
std::string mutated(std::string_view original) {
  static const std::vector<std::string> kSigns = {"*",
                                                  "&a ",
                                                  "- ",
                                                  ": ",
                                                  "{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  "---\n",
                                                  "!!str ",
                                                  "\"",
                                                  "'",
                                                  "|\n",
                                                  "? ",
                                                  "<<: ",
                                                  "\t",
                                                  std::string(1, '\0'),
                                                  "\xff",
                                                  "*l",
                                                  "~",
                                                  "  "};
  std::string text(original);
  const auto edits = *rc::gen::inRange(1, 6);
  for (int i = 0; i < edits && !text.empty(); ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto length =
        *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(20, text.size() - at) + 1);
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, text.substr(at, length));
        break;
      case 2:
        text.insert(at, *rc::gen::elementOf(kSigns));
        break;
      default:
        text[at] = *rc::gen::arbitrary<char>();
    }
  }
  return text;
}

RC_GTEST_PROP(Parsers, AChangedClusterFileIsReadOrRefused, ()) {
  const auto parsed = parse_cluster_file(mutated(kCluster), "c.yaml");
  RC_ASSERT(read_or_refused(parsed, "c.yaml:"));
}

RC_GTEST_PROP(Parsers, AChangedManifestIsReadOrRefused, ()) {
  const auto parsed = parse_manifest(mutated(kManifest), "m.yaml");
  RC_ASSERT(read_or_refused(parsed, "m.yaml:"));
}

RC_GTEST_PROP(Parsers, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  RC_ASSERT(read_or_refused(parse_cluster_file(bytes, "c.yaml"), "c.yaml:"));
  RC_ASSERT(read_or_refused(parse_manifest(bytes, "m.yaml"), "m.yaml:"));
  RC_ASSERT(read_or_refused(parse_service_spec(bytes), "service:"));
  RC_ASSERT(read_or_refused(parse_cpu(bytes), "is not"));
  RC_ASSERT(read_or_refused(parse_memory(bytes), "is not"));
  RC_ASSERT(read_or_refused(parse_bandwidth(bytes), "is not"));
  RC_ASSERT(read_or_refused(parse_duration(bytes), "is not"));
}

RC_GTEST_PROP(Addresses, TextComesBackEqual, (std::uint32_t bits)) {
  const auto back = parse_ipv4(to_string(Ipv4{bits}));
  RC_ASSERT(back.value_or(Ipv4{~bits}) == Ipv4{bits});
}

TEST(Parsers, DeepNestingIsAnErrorNotACrash) {
  const std::string deep = "nodes: " + std::string(100'000, '[');
  EXPECT_FALSE(parse_cluster_file(deep, "c.yaml"));
  EXPECT_FALSE(parse_manifest("a: " + std::string(50'000, '{'), "m.yaml"));
}

TEST(Parsers, AStrayBracketIsAnErrorNotAllOfTheMemory) {
  for (const auto* text : {"]", "}", "a: 1\n]", "a: [1]]", ",", "a: b\n,\n"}) {
    EXPECT_FALSE(parse_cluster_file(text, "c.yaml")) << text;
    EXPECT_FALSE(parse_manifest(text, "m.yaml")) << text;
  }
}

TEST(Parsers, AFileTooLargeIsAnError) {
  EXPECT_FALSE(parse_cluster_file(std::string(kMaxNodes * 10'000, '#'), "c.yaml"));
}

}  // namespace
}  // namespace drover::cluster::local
