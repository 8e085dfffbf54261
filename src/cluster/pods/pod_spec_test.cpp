#include "cluster/pods/pod_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover::cluster::pods {
namespace {

using testing::HasSubstr;

PodSpec full_spec() {
  return {.name = "shop.a",
          .uid = "u-1",
          .labels = {{"app", "shop"}},
          .annotations = {{"note", "x \"y\""}},
          .ip = "10.77.11.5",
          .containers =
              {{.name = "web",
                .image = "/images/web",
                .command = {"serve"},
                .args = {"--port", "80"},
                .env = {{"A", "1"}, {"B", ""}},
                .requests = {.cpu_cores = 0.5, .memory = Bytes::mebibytes(64)},
                .limits = {.cpu_cores = 1, .memory = Bytes::mebibytes(128)},
                .ports = {{.container_port = 80, .protocol = PortProtocol::kTcp, .name = "http"},
                          {.container_port = 53, .protocol = PortProtocol::kUdp}},
                .volume_mounts = {{.name = "data", .mount_path = "/data"},
                                  {.name = "host", .mount_path = "/host", .read_only = true}},
                .working_dir = "/srv"}},
          .volumes = {{.name = "data", .source = EmptyDir{}},
                      {.name = "host", .source = HostPath{"/etc"}}},
          .host_aliases = {{.ip = "10.77.250.1", .hostnames = {"db", "db.local"}}},
          .termination_grace_s = 5,
          .power = Power::watts(35),
          .migration = MigrationId{"m-000001"}};
}

std::string problem(std::string_view json) {
  const auto spec = parse_pod_spec(json);
  return spec ? "no problem" : spec.error().what;
}

TEST(PodSpec, JsonReadsBackToAnEqualValue) {
  const auto spec = full_spec();
  const auto back = parse_pod_spec(to_json(spec));
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(*back, spec);
}

TEST(PodSpec, WhatIsNotGivenIsEmptyNotADefaultOfSomebodyElse) {
  const auto spec =
      parse_pod_spec(R"({"name":"a","uid":"u","containers":[{"name":"c","image":"/i"}]})");
  ASSERT_TRUE(spec) << spec.error().what;
  EXPECT_EQ(spec->termination_grace_s, 30);
  EXPECT_FALSE(spec->power);
  EXPECT_FALSE(spec->migration);
  EXPECT_FALSE(spec->containers[0].limits.memory);
}

TEST(PodSpec, ErrorsNameThePlaceTheValueAndTheWayOut) {
  EXPECT_THAT(problem("{"), HasSubstr("not JSON"));
  EXPECT_THAT(problem("[]"), HasSubstr("[] is not an object"));
  EXPECT_THAT(problem(R"({"name":"a","uid":"u","contaners":[]})"),
              HasSubstr("unknown key 'contaners'; did you mean 'containers'?"));
  EXPECT_THAT(problem(R"({"name":"a","uid":"u","containers":[{"name":"c"}]})"),
              HasSubstr("containers[0]: 'image' is missing"));
  EXPECT_THAT(
      problem(
          R"({"name":"a","uid":"u","containers":[{"name":"c","image":"/i","ports":[{"container_port":70000}]}]})"),
      HasSubstr("containers[0].ports[0].container_port: 70000 is not a port; use 1 to 65535"));
  EXPECT_THAT(problem(R"({"name":"a","uid":"u","containers":[{"name":"c","image":7}]})"),
              HasSubstr("containers[0].image: 7 is not a text"));
  EXPECT_THAT(
      problem(
          R"({"name":"a","uid":"u","containers":[{"name":"c","image":"/i"}],"volumes":[{"name":"v"}]})"),
      HasSubstr("volumes[0]: needs exactly one of empty_dir and host_path"));
}

TEST(PodSpec, EveryProblemOfAPodIsNamedAtOnce) {
  auto spec = full_spec();
  spec.name = "Shop";
  spec.containers[0].volume_mounts[0].name = "dta";
  spec.containers[0].requests.cpu_cores = 2;
  spec.containers.push_back(spec.containers[0]);
  spec.volumes[1].source = HostPath{"etc"};
  const auto result = validate(spec);
  ASSERT_FALSE(result);
  for (const auto* part :
       {"pod 'Shop'", "no volume is named 'dta'", "2 cores is more than the limit of 1",
        "container 'web': is there twice", "host path 'etc': must be absolute"}) {
    EXPECT_THAT(result.error().what, HasSubstr(part));
  }
}

TEST(PodSpec, NamesThatBecomePathsCannotClimb) {
  auto spec = full_spec();
  for (const auto& name : {std::string(), std::string(".."), std::string("a/b"),
                           std::string("a..b"), std::string("-a"), std::string(70, 'a')}) {
    spec.name = name;
    EXPECT_FALSE(validate(spec)) << name;
  }
  spec = full_spec();
  spec.migration = MigrationId{"../x"};
  EXPECT_FALSE(validate(spec));
  spec = full_spec();
  spec.containers[0].name = "a.b";
  EXPECT_FALSE(validate(spec));
  spec = full_spec();
  spec.containers[0].volume_mounts[0].mount_path = "/a/../../etc";
  EXPECT_FALSE(validate(spec));
}

}  // namespace
}  // namespace drover::cluster::pods
