#include "cluster/pods/shim_options.h"

#include <gtest/gtest.h>

namespace drover::cluster::pods {
namespace {

ShimOptions options() {
  return {.container = {"/n/pods/p/containers/c"},
          .id = "p.c",
          .runtime_root = "/n/runc",
          .runtime = "/bin/drover-runtime",
          .image = "/i",
          .cgroup = "/drover/x",
          .grace = std::chrono::seconds(7)};
}

TEST(ShimOptions, ArgumentsReadBack) {
  const auto arguments = shim_arguments(options());
  const auto back = read_shim_options(arguments);
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(shim_arguments(*back), arguments);
}

TEST(ShimOptions, AMissingOrMalformedOneIsNamed) {
  auto arguments = shim_arguments(options());
  arguments.back() = "7x";
  EXPECT_EQ(read_shim_options(arguments).error().what, "--grace-s '7x' is not a number of seconds");
  arguments.resize(2);
  EXPECT_EQ(read_shim_options(arguments).error().what, "--id is missing");
}

}  // namespace
}  // namespace drover::cluster::pods
