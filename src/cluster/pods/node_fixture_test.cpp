#include "cluster/pods/node_fixture_test.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <format>

#include "os/cgroup.h"
#include "os/clock.h"
#include "os/command.h"
#include "os/file.h"
#include "os/mounts.h"
#include "os/netlink.h"
#include "os/process.h"

namespace drover::cluster::pods {
namespace {

constexpr Duration kPatience = std::chrono::seconds(20);
constexpr Duration kLook = std::chrono::milliseconds(10);

bool works(std::vector<std::string> argv) {
  const auto done = os::run({.argv = std::move(argv), .timeout = std::chrono::seconds(10)});
  return done && done->ok();
}

template <class T>
std::vector<T> or_none(Result<std::vector<T>> list) {
  return std::move(list).value_or(std::vector<T>{});
}

std::filesystem::path build_dir() { return os::self_exe().value().parent_path().parent_path(); }

}  // namespace

std::string missing_for_pods() {
  if (::geteuid() != 0) return "needs root";
  if (!works({"runc", "--version"})) return "needs the program runc";
  if (!os::exists("/bin/busybox")) return "needs a static /bin/busybox";
  if (!os::CgroupTree::open("/drover")) return "needs control groups";
  return "";
}

std::string missing_for_checkpoints() {
  if (const auto missing = missing_for_pods(); !missing.empty()) return missing;
  return works({"criu", "check"}) ? "" : "needs CRIU, and a kernel that `criu check` accepts";
}

void NodeFixture::SetUp() {
  if (const auto missing = missing_for_pods(); !missing.empty()) GTEST_SKIP() << missing;
  dir_ = std::filesystem::temp_directory_path() / std::format("drover-pods-{}", ::getpid());
  ASSERT_TRUE(os::remove_tree(dir_));
  ASSERT_TRUE(os::make_dirs(dir_));
  enter_namespace();
  make_image();
  options_ = {.cluster = dir_.filename(),
              .node = NodeId{"west"},
              .paths = {dir_ / "west"},
              .cluster_dir = dir_,
              .drover = os::self_exe().value(),
              .drover_runtime = build_dir() / "bin" / "drover-runtime",
              .images = dir_ / "images",
              .restore_timeout = std::chrono::seconds(20)};
  node_.emplace(options_);
}

void NodeFixture::TearDown() {
  if (dir_.empty()) return;
  // Again and again: one may have started another while we looked.
  EXPECT_TRUE(eventually("the end of all processes", [&] {
    const auto processes = or_none(os::find_by_env("DROVER_CLUSTER", dir_.string()));
    for (const auto process : processes) (void)os::kill(process, SIGKILL);
    return processes.empty();
  }));
  if (auto tree = os::CgroupTree::open("/drover/" + options_.cluster)) {
    (void)tree->kill_all(std::chrono::seconds(5));
    (void)tree->remove();
    // The common parent too, unless a cluster uses it.
    for (const auto& hierarchy : tree->directories())
      (void)::rmdir(hierarchy.parent_path().c_str());
  }
  if (home_) (void)home_->enter();
  EXPECT_TRUE(os::remove_tree(dir_));
}

// The test's own thread moves; programs that it starts are born there.
void NodeFixture::enter_namespace() {
  auto home = os::NetNamespace::of_calling_thread();
  ASSERT_TRUE(home);
  home_.emplace(std::move(*home));
  const auto node = os::NetNamespace::create();
  ASSERT_TRUE(node && node->enter());
  // The private mounts are for the test's own calls to runc; it has one thread, so once is enough.
  static const bool kPrivate = os::new_private_mounts().has_value();
  ASSERT_TRUE(kPrivate);
}

void NodeFixture::make_image() {
  const auto bin = dir_ / "image" / "bin";
  ASSERT_TRUE(os::make_dirs(bin, 0755));
  std::filesystem::copy_file("/bin/busybox", bin / "busybox");
  for (const auto* name : {"sh", "sleep", "cat", "echo", "nc", "ip", "hostname", "ls", "id",
                           "touch", "rm", "env", "kill"}) {
    std::filesystem::create_symlink("busybox", bin / name);
  }
  for (const auto* name : {"etc", "tmp", "proc", "sys", "dev"})
    ASSERT_TRUE(os::make_dirs(dir_ / "image" / name, 0755));
}

PodSpec NodeFixture::pod(const std::string& name,
                         std::initializer_list<std::pair<std::string, std::string>> scripts) const {
  PodSpec spec{.name = name, .uid = "uid-" + name, .ip = "10.77.11.5", .termination_grace_s = 2};
  for (const auto& [container, script] : scripts) {
    spec.containers.push_back(
        {.name = container, .image = dir_ / "image", .command = {"/bin/sh", "-c", script}});
  }
  return spec;
}

testing::AssertionResult NodeFixture::eventually(const std::string& what,
                                                 const std::function<bool()>& condition) {
  const os::Stopwatch watch;
  while (watch.elapsed() < kPatience) {
    if (condition()) return testing::AssertionSuccess();
    os::pause_for(kLook);
  }
  return testing::AssertionFailure() << "waited in vain for: " << what;
}

std::optional<ContainerStatus> NodeFixture::container(const std::string& pod,
                                                      const std::string& name) {
  const auto status = node().status(pod);
  if (!status) return std::nullopt;
  const auto found = std::ranges::find(status->containers, name, &ContainerStatus::name);
  return found == status->containers.end() ? std::nullopt : std::optional(*found);
}

bool NodeFixture::in_phase(const std::string& pod, const std::string& name, ContainerPhase phase) {
  const auto found = container(pod, name);
  return found && found->phase == phase;
}

std::string NodeFixture::log_of(const std::string& pod, const std::string& name) {
  return node().logs(pod, name, std::nullopt).value_or("");
}

std::string NodeFixture::leftovers_of(const PodRuntimeOptions& node) {
  std::string found;
  for (const auto process :
       or_none(os::find_by_env("DROVER_RESTORES", node.paths.restores().string()))) {
    found += std::format("process {}\n", process.pid);
  }
  for (const auto& link : or_none(os::list_links())) {
    if (link.name != "lo") found += std::format("link {}\n", link.name);
  }
  const auto tree = os::CgroupTree::open(std::format("/drover/{}/{}", node.cluster, node.node));
  for (const auto& hierarchy : tree ? tree->directories() : std::vector<os::Path>{}) {
    for (const auto& name : or_none(os::list_dir(hierarchy))) {
      if (std::filesystem::is_directory(hierarchy / name)) {
        found += std::format("cgroup {}\n", (hierarchy / name).string());
      }
    }
  }
  for (const auto& folder : {node.paths.pods(), node.paths.runc()}) {
    for (const auto& name : or_none(os::list_dir(folder)))
      found += std::format("{}\n", (folder / name).string());
  }
  return found;
}

PodRuntimeOptions NodeFixture::other_node() const {
  auto other = options_;
  other.node = NodeId{"east"};
  other.paths = {dir_ / "east"};
  return other;
}

}  // namespace drover::cluster::pods
