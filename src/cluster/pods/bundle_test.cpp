#include "cluster/pods/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/file.h"

namespace drover::cluster::pods {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Case {
  PodSpec spec{.name = "shop", .uid = "u-1", .ip = "10.77.11.5"};
  ContainerSpec container{.name = "web", .image = "/images/web"};
  ImageConfig image;

  [[nodiscard]] Result<std::string> config() {
    spec.containers = {container};
    return bundle_config({.spec = spec,
                          .container = container,
                          .image = image,
                          .user = {.uid = 101, .gid = 102},
                          .pod = {"/state/pods/shop"},
                          .sandbox_pid = 4242,
                          .cgroups_path = "/drover/demo/west/shop/web",
                          .open_files = 65536});
  }
};

Case full_case() {
  Case full;
  full.spec.volumes = {{.name = "data", .source = EmptyDir{}},
                       {.name = "conf", .source = HostPath{"/etc/shop"}}};
  full.spec.migration = MigrationId{"m-000001"};
  full.spec.annotations = {{"org.criu.config", "/tmp/evil.conf"}};
  full.container.command = {"serve", "--port=80"};
  full.container.env = {{"MODE", "fast"}, {"PATH", "/bin"}};
  full.container.requests = {.cpu_cores = 0.25};
  full.container.limits = {.cpu_cores = 1.5, .memory = Bytes::mebibytes(128)};
  full.container.volume_mounts = {{.name = "data", .mount_path = "/data"},
                                  {.name = "conf", .mount_path = "/conf", .read_only = true}};
  full.image.env = {"MODE=slow", "LANG=C"};
  full.image.working_dir = "/srv";
  return full;
}

// tests/golden/bundle_config.json is what runc gets; review a change of it like code.
TEST(Bundle, ConfigIsExactlyTheGoldenOne) {
  const auto config = full_case().config();
  ASSERT_TRUE(config) << config.error().what;
  const auto golden = os::read_file("tests/golden/bundle_config.json");
  ASSERT_TRUE(golden) << golden.error().what;
  EXPECT_EQ(*config, *golden);
}

std::string args_of(Case wanted) {
  const auto config = wanted.config();
  if (!config) return config.error().what;
  const auto begin = config->find("\"args\"");
  auto text = config->substr(begin, config->find(']', begin) - begin + 1);
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

TEST(Bundle, CommandReplacesTheEntrypointAndArgsReplaceTheCmd) {
  Case from_image;
  from_image.image.entrypoint = {"entry"};
  from_image.image.cmd = {"default"};
  EXPECT_EQ(args_of(from_image), R"("args":["entry","default"])");
  from_image.container.args = {"mine"};
  EXPECT_EQ(args_of(from_image), R"("args":["entry","mine"])");
  from_image.container.command = {"other"};
  EXPECT_EQ(args_of(from_image), R"("args":["other","mine"])");
  from_image.container.args = {};
  EXPECT_EQ(args_of(from_image), R"("args":["other"])");
}

TEST(Bundle, NothingToExecuteIsAnError) {
  EXPECT_THAT(args_of({}), HasSubstr("container 'web': has no command"));
}

TEST(Bundle, APodCannotNameCriusConfiguration) {
  const auto config = full_case().config();
  ASSERT_TRUE(config);
  EXPECT_THAT(*config, Not(HasSubstr("evil")));
  EXPECT_THAT(*config,
              HasSubstr("\"org.criu.config\": \"/state/pods/shop/containers/web/criu.conf\""));
}

}  // namespace
}  // namespace drover::cluster::pods
