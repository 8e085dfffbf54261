#include "os/netns.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>
#include <format>
#include <string>
#include <thread>

#include "os/file.h"
#include "os/netlink.h"

namespace drover::os {

Result<NetNamespace> NetNamespace::of(ProcessId process) {
  auto fd = open_file(std::format("/proc/{}/ns/net", process.pid), O_RDONLY);
  if (!fd || !alive(process)) {
    return not_found(std::format("network namespace of process {}: it is gone", process.pid));
  }
  return NetNamespace(std::move(*fd));
}

Result<NetNamespace> NetNamespace::of_calling_thread() {
  return open_file("/proc/thread-self/ns/net", O_RDONLY).transform([](Fd fd) {
    return NetNamespace(std::move(fd));
  });
}

Result<NetNamespace> NetNamespace::create() {
  Result<NetNamespace> created = internal("not made");
  std::jthread([&] {
    if (::unshare(CLONE_NEWNET) != 0) {
      created = system_error("making a network namespace");
    } else if (const auto up = set_up("lo"); !up) {
      created = std::unexpected(up.error());
    } else {
      created = of_calling_thread();
    }
  }).join();
  return created;
}

Result<std::uint64_t> NetNamespace::inode() const {
  struct stat status{};
  if (::fstat(fd_.get(), &status) != 0) return system_error("reading a network namespace");
  return status.st_ino;
}

Result<> NetNamespace::enter() const {
  if (::setns(fd_.get(), CLONE_NEWNET) != 0) return system_error("entering a network namespace");
  return {};
}

Result<> call_in(const NetNamespace& ns, const std::function<void()>& work) {
  Result<> entered;
  std::jthread([&] {
    entered = ns.enter();
    if (entered) work();
  }).join();
  return entered;
}

Result<> set_sysctl(std::string_view name, std::string_view value) {
  std::string path(name);
  std::ranges::replace(path, '.', '/');
  return open_file("/proc/sys/" + path, O_WRONLY)
      .and_then([&](const Fd& file) { return write_all(file.get(), value); })
      .transform_error(doing(std::format("setting {} to {}", name, value)));
}

}  // namespace drover::os
