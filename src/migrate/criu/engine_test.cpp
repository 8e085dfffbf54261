#include "migrate/criu/engine.h"

#include <gtest/gtest.h>

namespace drover::migrate {
namespace {

TEST(CriuVersion, IsReadFromWhatCriuPrints) {
  EXPECT_EQ(parse_criu_version("Version: 4.2.1\nGitID: v4.2.1\n"), std::pair(4, 2));
  EXPECT_EQ(parse_criu_version("Version: 3.17.1"), std::pair(3, 17));
  EXPECT_EQ(parse_criu_version("GitID: 7\nVersion: 4.1\n"), std::pair(4, 1));
  EXPECT_FALSE(parse_criu_version(""));
  EXPECT_FALSE(parse_criu_version("command not found"));
  EXPECT_FALSE(parse_criu_version("Version: four"));
  EXPECT_FALSE(parse_criu_version("Version: 4"));
}

TEST(CriuVersion, NewKernelsNeedFourPointTwo) {
  EXPECT_FALSE(criu_fits_kernel({3, 17}, {6, 18}));
  EXPECT_FALSE(criu_fits_kernel({4, 1}, {6, 16}));
  EXPECT_TRUE(criu_fits_kernel({4, 2}, {6, 16}));
  EXPECT_TRUE(criu_fits_kernel({5, 0}, {7, 1}));
  EXPECT_TRUE(criu_fits_kernel({3, 17}, {6, 1}));
}

TEST(CriuEngine, AMissingProgramIsAnObstacleThatSaysWhatToInstall) {
  CriuEngine engine(
      {.runc = "/nonexistent/runc", .criu = "/nonexistent/criu", .runc_root = "/nonexistent"});
  const auto reasons = engine.node_obstacles();
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_NE(reasons[0].find("install CRIU 4.2"), std::string::npos) << reasons[0];
  EXPECT_NE(reasons[1].find("install runc"), std::string::npos) << reasons[1];
}

TEST(CriuEngine, AContainerThatTheRuntimeDoesNotKnowIsAnObstacle) {
  CriuEngine engine({.runc_root = "/tmp/drover-no-such-root"});
  const auto reasons = engine.obstacles({.name = "web", .runtime_id = "pod.web", .init_pid = 0});
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_NE(reasons[0].find("'web' is not running"), std::string::npos) << reasons[0];
}

}  // namespace
}  // namespace drover::migrate
