// The test program is also what the pod runtime starts: `pods_test pause` and `pods_test shim` are
// the drover subcommands of the name.
#include <print>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cluster/pods/pause.h"
#include "cluster/pods/shim.h"

namespace {

int exit_code(const drover::Result<>& result) {
  if (result) return 0;
  std::println(stderr, "{}", result.error().what);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace drover::cluster::pods;
  const std::vector<std::string> arguments(argv, argv + argc);
  const auto rest = std::span(arguments).subspan(std::min<std::size_t>(2, arguments.size()));
  if (argc > 1 && arguments[1] == "pause") return exit_code(hold_namespaces(rest));
  if (argc > 1 && arguments[1] == "shim") {
    return exit_code(read_shim_options(rest).and_then(run_shim));
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
