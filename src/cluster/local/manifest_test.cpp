#include "cluster/local/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover::cluster::local {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

constexpr std::string_view kGood = R"(apiVersion: v1
kind: Pod
metadata:
  name: redis
  labels: {app: redis, drover.dev/migrate: allowed}
  annotations: {drover.dev/power-watts: "12.5"}
spec:
  restartPolicy: Never
  nodeName: n1
  containers:
  - name: redis
    image: oci:images/redis:8
    command: [redis-server]
    args: ["--port", "6379"]
    env: [{name: A, value: "1"}]
    resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}
    ports: [{containerPort: 6379}]
    volumeMounts: [{name: data, mountPath: /data}, {name: host, mountPath: /host, readOnly: true}]
    workingDir: /data
  volumes:
  - {name: data, emptyDir: {}}
  - {name: host, hostPath: {path: /usr/share}}
---
apiVersion: v1
kind: Service
metadata: {name: redis}
spec:
  selector: {app: redis}
  ports: [{port: 6379}, {name: b, port: 80, targetPort: 8080, protocol: UDP}]
)";

Result<std::vector<ManifestObject>> parse(std::string_view text) {
  return parse_manifest(text, "/home/me/redis.yaml");
}

std::string error_of(std::string_view text) {
  const auto parsed = parse(text);
  return parsed ? "no error" : parsed.error().what;
}

// A Pod with extra lines in its spec and its container.
std::string pod_with(std::string_view spec_line, std::string_view container_line = "") {
  return std::format(
      "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  {}\n  containers:\n  - name: c\n"
      "    image: dir:/\n    {}\n",
      spec_line, container_line);
}

TEST(Manifest, ReadsAPodAndAService) {
  const std::string text =
      std::string(kGood).replace(kGood.find("[{port: 6379},"), 14, "[{name: a, port: 6379},");
  const auto objects = parse(text);
  ASSERT_TRUE(objects) << objects.error().what;
  ASSERT_EQ(objects->size(), 2U);
  const auto& pod = std::get<PodManifest>(objects->at(0)).spec;
  EXPECT_EQ(pod.name, "redis");
  EXPECT_EQ(std::get<PodManifest>(objects->at(0)).node, NodeId{"n1"});
  EXPECT_EQ(pod.power, Power::watts(12.5));
  ASSERT_EQ(pod.containers.size(), 1U);
  const auto& container = pod.containers[0];
  EXPECT_EQ(container.image, "oci:/home/me/images/redis:8");
  EXPECT_THAT(container.command, ElementsAre("redis-server"));
  EXPECT_THAT(container.args, ElementsAre("--port", "6379"));
  EXPECT_EQ(container.requests.cpu_cores, 0.1);
  EXPECT_EQ(container.limits.memory, Bytes::mebibytes(128));
  EXPECT_TRUE(container.volume_mounts[1].read_only);
  EXPECT_EQ(std::get<pods::HostPath>(pod.volumes[1].source).path, "/usr/share");
  const auto& service = std::get<ServiceSpec>(objects->at(1));
  EXPECT_EQ(service.ports[0].target_port, 6379);
  EXPECT_EQ(service.ports[1].target_port, 8080);
  EXPECT_EQ(service.ports[1].protocol, pods::PortProtocol::kUdp);
}

TEST(Manifest, AFieldOutsideTheSubsetIsAnErrorWithPlaceAndWayOut) {
  EXPECT_THAT(error_of(pod_with("hostNetwork: true")),
              Eq("/home/me/redis.yaml:5: spec.hostNetwork: 'true': is not supported: a pod can "
                 "only be moved with namespaces "
                 "of its own; remove it"));
  EXPECT_THAT(
      error_of(pod_with("volumez: []")),
      HasSubstr(":5: spec.volumez: (a list): is not supported here; did you mean 'volumes'?"));
  EXPECT_THAT(error_of(pod_with("", "tty: true")),
              HasSubstr(":9: spec.containers[0].tty: 'true': is not supported: a terminal"));
  EXPECT_THAT(error_of(pod_with("", "livenessProbe: {}")), HasSubstr("drover runs no probes yet"));
  EXPECT_THAT(error_of("apiVersion: apps/v1\nkind: Deployment\n"),
              AllOf(HasSubstr(":1: apiVersion: 'apps/v1': is not one of: v1"),
                    HasSubstr(":2: kind: 'Deployment': is not one of: Pod, Service")));
}

TEST(Manifest, ARestartPolicySaysWhyItIsRefused) {
  EXPECT_THAT(error_of(pod_with("restartPolicy: Always")),
              AllOf(HasSubstr("silently have lost its state"), HasSubstr("restartPolicy: Never")));
  EXPECT_EQ(error_of(pod_with("restartPolicy: Never")), "no error");
}

TEST(Manifest, AnImageOfARegistryIsRefused) {
  const auto error = error_of(
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: "
      "redis:8}]}\n");
  EXPECT_THAT(error, Eq("/home/me/redis.yaml:4: spec.containers[0].image: 'redis:8': is no local "
                        "image; drover pulls none, so use "
                        "oci:/LAYOUT[:TAG] or the root directory dir:/PATH"));
}

TEST(Manifest, TextsMustBeQuotedWhereKubernetesWantsText) {
  EXPECT_THAT(error_of(pod_with("", "args: [--port, 6379]")),
              HasSubstr("spec.containers[0].args[1]: '6379': is a number or truth value here"));
  EXPECT_THAT(error_of(pod_with("", "env: [{name: A, value: yes}]")),
              HasSubstr("write \"yes\", with quotes"));
}

TEST(Manifest, NamesAndMountsMustFitTogether) {
  EXPECT_THAT(error_of(pod_with("", "volumeMounts: [{name: data, mountPath: /d}]")),
              HasSubstr("is not the name of a volume of this pod"));
  EXPECT_THAT(error_of(pod_with("volumes: [{name: v}]")),
              HasSubstr("must have either 'emptyDir: {}' or 'hostPath"));
  EXPECT_THAT(error_of(pod_with("volumes: [{name: v, emptyDir: {}}, {name: v, emptyDir: {}}]")),
              HasSubstr("stands on line 5 too"));
  EXPECT_THAT(error_of(pod_with("", "resources: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}")),
              HasSubstr("is more than the limit"));
}

TEST(Manifest, DroversOwnWordsAreChecked) {
  const auto with = [](std::string_view annotation) {
    return std::format(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p, annotations: {{{}}}}}\n"
        "spec: {{containers: [{{name: c, image: dir:/}}]}}\n",
        annotation);
  };
  EXPECT_THAT(error_of(with("drover.dev/power-wats: \"3\"")),
              HasSubstr("did you mean 'drover.dev/power-watts'?"));
  EXPECT_THAT(error_of(with("drover.dev/power-watts: \"much\"")),
              HasSubstr("must be a number from 0"));
  EXPECT_THAT(error_of(with("drover.dev/migration: m-000001")),
              HasSubstr("is not known in annotations"));
  EXPECT_EQ(error_of(with("other.example/x: text")), "no error");
}

TEST(Manifest, AServiceNeedsASelectorAndDistinctPorts) {
  const auto with = [](std::string_view spec) {
    return std::format("apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {}\n", spec);
  };
  EXPECT_THAT(error_of(with("{ports: [{port: 1}]}")), HasSubstr("spec.selector: is missing"));
  EXPECT_THAT(error_of(with("{selector: {a: b}, ports: [{port: 70000}]}")),
              HasSubstr("must be a whole number from 1 to 65535"));
  EXPECT_THAT(error_of(with("{selector: {a: b}, ports: [{name: x, port: 1}, {name: y, port: 1}]}")),
              HasSubstr("stands twice for one protocol"));
  EXPECT_THAT(error_of(with("{selector: {a: b}, type: NodePort, ports: [{port: 1}]}")),
              HasSubstr("is not one of: ClusterIP"));
  EXPECT_THAT(error_of(with("{selector: {a: b}, ports: [{port: 1}], clusterIP: None}")),
              HasSubstr("is not an IPv4 address"));
}

TEST(Manifest, EmptyAndRepeatedDocuments) {
  EXPECT_THAT(error_of("---\n---\n"), HasSubstr("holds no object"));
  const auto pod = pod_with("");
  EXPECT_THAT(error_of(pod + "---\n" + pod),
              HasSubstr("is the name of an earlier object of the same kind"));
}

TEST(Service, JsonComesBackEqual) {
  const ServiceSpec spec{.name = "web",
                         .selector = {{"app", "a \"quoted\" one"}, {"n", "1"}},
                         .ports = {{.name = "http",
                                    .port = 80,
                                    .target_port = 8080,
                                    .protocol = pods::PortProtocol::kTcp}},
                         .cluster_ip = "10.77.250.2"};
  const auto back = parse_service_spec(to_json(spec));
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(*back, spec);
}

TEST(Service, AWrongJsonNamesItsPlace) {
  EXPECT_THAT(parse_service_spec(
                  R"({"name":"a","selector":{"a":"b"},"ports":[{"port":80,"targetPort":0}]})")
                  .error()
                  .what,
              HasSubstr("ports[0].targetPort: '0': must be a whole number"));
  EXPECT_FALSE(parse_service_spec("[]"));
}

TEST(Service, SelectsPodsThatHaveAllItsLabels) {
  const ServiceSpec spec{
      .name = "s", .selector = {{"app", "x"}, {"tier", "db"}}, .ports = {}, .cluster_ip = ""};
  EXPECT_TRUE(selects(spec, {{"app", "x"}, {"tier", "db"}, {"more", "y"}}));
  EXPECT_FALSE(selects(spec, {{"app", "x"}}));
}

}  // namespace
}  // namespace drover::cluster::local
