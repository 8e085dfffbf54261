#include "cluster/local/holder.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <format>

#include "cluster/local/process_file.h"
#include "os/clock.h"
#include "os/command.h"

namespace drover::cluster::local {
namespace {

constexpr Duration kStartLimit = std::chrono::seconds{10};

// Returns once the process has written a line, which it does when its namespaces are made.
Result<> wait_for_line(int fd) {
  const os::Stopwatch watch;
  while (watch.elapsed() < kStartLimit) {
    pollfd event{.fd = fd, .events = POLLIN, .revents = 0};
    const auto left = (kStartLimit - watch.elapsed()).count();
    if (::poll(&event, 1, static_cast<int>(left)) <= 0) {
      continue;
    }
    std::array<char, 64> text{};
    const auto length = ::read(fd, text.data(), text.size());
    if (length == 0) {
      return unavailable("it ended before its namespace was made");
    }
    if (length > 0 &&
        std::string_view(text.data(), static_cast<std::size_t>(length)).contains('\n')) {
      return {};
    }
  }
  return timed_out(std::format("it was not ready after {} ms", kStartLimit.count()));
}

}  // namespace

Result<os::ProcessId> start_holder(const std::filesystem::path& drover, const ClusterPaths& paths,
                                   const std::filesystem::path& file) {
  auto pipe = os::make_pipe();
  if (!pipe) {
    return std::unexpected(pipe.error());
  }
  os::Command command;
  command.argv = {drover, "pause", "--new", "net"};
  command.env = {{kClusterVariable, paths.dir}};
  command.cwd = "/";
  command.stdout_fd = pipe->write.get();
  const auto id = os::spawn_daemon(command, {});
  pipe->write.reset();
  return id
      .and_then([&](os::ProcessId holder) {
        return wait_for_line(pipe->read.get())
            .and_then([&] { return write_process_file(file, {.id = holder, .address = ""}); })
            .transform([&] { return holder; });
      })
      .transform_error(doing("starting the holder of a network namespace"));
}

Result<os::NetNamespace> held_namespace(const std::filesystem::path& file, std::string_view what) {
  return live_process(file, what).and_then([](const ProcessRecord& record) {
    return os::NetNamespace::of(record.id);
  });
}

}  // namespace drover::cluster::local
