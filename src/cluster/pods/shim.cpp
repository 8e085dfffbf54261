#include "cluster/pods/shim.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <format>
#include <optional>
#include <utility>

#include "cluster/pods/log_file.h"
#include "cluster/pods/output_pump.h"
#include "cluster/pods/overlay.h"
#include "cluster/pods/runtime_command.h"
#include "cluster/pods/state_files.h"
#include "os/cgroup.h"
#include "os/clock.h"
#include "os/command.h"
#include "os/deadline.h"
#include "os/file.h"
#include "os/signal.h"

namespace drover::cluster::pods {
namespace {

constexpr Duration kDrainTimeout =
    std::chrono::seconds(1);  // for output after the last process has gone
constexpr Duration kKillTimeout = std::chrono::seconds(5);  // one try to empty the control group
constexpr Duration kRuntimeTimeout = std::chrono::seconds(30);  // of start, state and delete
constexpr Duration kOrphanRound = std::chrono::milliseconds(20);
constexpr Duration kOrphanTimeout =
    std::chrono::minutes(3);  // longer than a restore waits for its commit

// What the process needs to be a shim at all; made once, before the container.
struct Post {
  os::DirLock lock;  // held for the shim's life: a container never has two
  os::SignalWaiter signals;
  OutputPump output;
};

class Shim {
 public:
  Shim(const ShimOptions& options, Post post)
      : options_(options),
        runtime_({options.runtime, options.runtime_root, options.container.dir}),
        post_(std::move(post)) {}

  Result<> live() {
    auto begun = begin();
    if (!begun) return fail(begun.error().what);
    return wait_for(init_fd_.get())
        .and_then([this] { return os::wait_child(init_.pid, Duration{0}); })
        .and_then([this](os::ExitStatus status) { return finish(status); });
  }

 private:
  Result<> begin() {
    return report({.phase = ContainerPhase::kCreated})
        .and_then([this] { return mount_overlay(overlay()); })
        .and_then([this] { return create(); })
        .and_then([this] { return adopt(); })
        .and_then([this] { return already_running_ ? Result<>{} : start(); })
        .and_then([this] {
          return report({.phase = ContainerPhase::kRunning, .init = init_, .restored = restored_});
        });
  }

  [[nodiscard]] Overlay overlay() const {
    const auto& paths = options_.container;
    return {.lower = options_.image,
            .upper = paths.upper(),
            .work = paths.work(),
            .target = paths.rootfs()};
  }

  // For a container that is to be restored this takes as long as its checkpoint needs to arrive.
  Result<> create() {
    auto ends = post_.output.make_pipes();
    if (!ends) return std::unexpected(ends.error());
    (void)os::remove_tree(options_.container.pid());
    auto child = os::Child::spawn(
        {.argv = runtime_.argv({"create", "--bundle", options_.container.bundle(), "--pid-file",
                                options_.container.pid(), options_.id}),
         .stdout_fd = ends->out.get(),
         .stderr_fd = ends->err.get()});
    if (!child) return std::unexpected(child.error());
    *ends = {};
    target_ = child->id();
    return wait_for(child->pidfd())
        .and_then([&] { return child->wait(Duration{0}); })
        .and_then([this](os::ExitStatus status) { return created(status); });
  }

  Result<> created(os::ExitStatus status) {
    if (status.ok()) return {};
    if (status.signal != 0 && outlived_by_restore()) {
      already_running_ = true;
      return {};
    }
    return unavailable(runtime_.last_error().value_or(
        status.signal != 0
            ? std::format("the runtime was killed by signal {} in create", status.signal)
            : std::format("the runtime's create ended with exit code {}", status.exit_code)));
  }

  // The wrapper was killed, but the restore that it had started is a process of its own, now a
  // child of ours, and may have been committed. Its pid file appears when it has succeeded.
  bool outlived_by_restore() {
    const os::Deadline deadline(kOrphanTimeout);
    while (!has_pid_file() && ::waitpid(-1, nullptr, WNOHANG) != -1 && !deadline.passed()) {
      post_.output.pump();
      os::pause_for(kOrphanRound);
    }
    return has_pid_file();
  }

  [[nodiscard]] bool has_pid_file() const {
    return !os::read_file(options_.container.pid()).value_or("").empty();
  }

  // Its parent, the runtime, has gone, and we are the subreaper.
  Result<> adopt() {
    const auto text = os::read_file(options_.container.pid());
    if (!text) return std::unexpected(text.error());
    pid_t pid = 0;
    if (std::from_chars(text->data(), text->data() + text->size(), pid).ec != std::errc{} ||
        pid <= 0) {
      return internal(
          std::format("{}: '{}' is not a process id", options_.container.pid().string(), *text));
    }
    auto fd = os::pidfd_open(pid);
    if (!fd) return std::unexpected(fd.error());
    init_ = os::identify(pid).value_or(os::ProcessId{.pid = pid});
    init_fd_ = std::move(*fd);
    target_ = init_;
    restored_ = already_running_ || runtime_.is_restored(options_.id);
    if (deadline_) (void)os::kill(init_, SIGKILL);  // SIGTERM came while it was made
    return {};
  }

  Result<> start() { return runtime_.call({"start", options_.id}, kRuntimeTimeout); }

  // Keeps the output flowing and obeys SIGTERM until the process behind the descriptor has exited.
  Result<> wait_for(int pidfd) {
    while (true) {
      std::array<pollfd, 4> events{
          pollfd{.fd = pidfd, .events = POLLIN, .revents = 0},
          pollfd{.fd = post_.signals.fd(), .events = POLLIN, .revents = 0},
          pollfd{.fd = post_.output.out(), .events = POLLIN, .revents = 0},
          pollfd{.fd = post_.output.err(), .events = POLLIN, .revents = 0}};
      if (::poll(events.data(), events.size(), deadline_ ? deadline_->poll_ms() : -1) < 0 &&
          errno != EINTR) {
        return os::system_error("poll");
      }
      post_.output.pump();
      if (events[0].revents != 0) return {};
      if (events[1].revents != 0) terminate();
      if (deadline_ && deadline_->passed()) kill_now();
    }
  }

  void terminate() {
    (void)post_.signals.wait(Duration{0});
    if (!deadline_) deadline_.emplace(options_.grace);
    (void)os::kill(target_, SIGTERM);
  }

  void kill_now() {
    deadline_.emplace(kKillTimeout);
    (void)os::kill(target_, SIGKILL);
    (void)empty_cgroup();
  }

  Result<> empty_cgroup() {
    return os::CgroupTree::open(options_.cgroup).and_then([](os::CgroupTree tree) {
      return tree.kill_all(kKillTimeout);
    });
  }

  Result<> finish(os::ExitStatus status) {
    const os::Deadline deadline(kDrainTimeout);
    while (post_.output.open() && !deadline.passed()) {
      post_.output.wait(deadline.poll_ms());
      post_.output.pump();
    }
    clean_up();
    return report({.phase = ContainerPhase::kExited,
                   .init = init_,
                   .exit_code = status.exit_code,
                   .restored = restored_});
  }

  // A container that never ran, or one that we lost sight of.
  Result<> fail(const std::string& why) {
    (void)empty_cgroup();
    post_.output.pump();
    clean_up();
    return report({.phase = ContainerPhase::kFailed, .error = why, .restored = restored_});
  }

  // What cannot be removed now is removed with the pod.
  void clean_up() {
    (void)runtime_.call({"delete", "--force", options_.id}, kRuntimeTimeout);
    (void)os::reap_children();
  }

  Result<> report(const ShimStatus& status) {
    return write_status(options_.container.status(), status);
  }

  ShimOptions options_;
  RuntimeCommand runtime_;
  Post post_;
  os::ProcessId target_;  // who gets our SIGTERM
  os::ProcessId init_;
  os::Fd init_fd_;
  bool restored_ = false;
  bool already_running_ = false;
  std::optional<os::Deadline> deadline_;  // set by SIGTERM: when to kill
};

Result<Post> take_post(const ContainerPaths& paths) {
  auto lock = os::DirLock::acquire(paths.dir);
  if (!lock) return std::unexpected(lock.error());
  auto signals = os::SignalWaiter::make({SIGTERM});
  if (!signals) return std::unexpected(signals.error());
  return LogFile::open(paths.log()).and_then([&](LogFile log) {
    return os::become_subreaper()
        .and_then([&] { return write_process(paths.shim(), os::identify_self()); })
        .transform([&] {
          return Post{std::move(*lock), std::move(*signals), OutputPump(std::move(log))};
        });
  });
}

}  // namespace

Result<> run_shim(const ShimOptions& options) {
  return take_post(options.container).and_then([&](Post post) {
    return Shim(options, std::move(post)).live();
  });
}

}  // namespace drover::cluster::pods
