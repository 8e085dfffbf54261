// Network namespaces as open descriptors: they live by a process or by a descriptor, never by a
// bind mount.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>

#include "base/result.h"
#include "os/fd.h"
#include "os/process.h"

namespace drover::os {

class NetNamespace {
 public:
  // The namespace of a live process; kNotFound when it is gone.
  static Result<NetNamespace> of(ProcessId process);
  static Result<NetNamespace> of_calling_thread();
  // A new namespace with loopback up, held by this descriptor alone.
  static Result<NetNamespace> create();

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] Result<std::uint64_t> inode() const;

  // Moves the calling thread. Threads it starts later are born there, so a process calls this
  // before it has others.
  [[nodiscard]] Result<> enter() const;

 private:
  explicit NetNamespace(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

// Runs `work` to its end on a thread of its own inside the namespace; the caller's thread stays
// where it is.
Result<> call_in(const NetNamespace& ns, const std::function<void()>& work);

// The same for a callable that returns Result<T>.
template <class F>
std::invoke_result_t<F> run_in(const NetNamespace& ns, F&& work) {
  std::optional<std::invoke_result_t<F>> result;
  auto called = call_in(ns, [&] { result.emplace(work()); });
  if (!called) return std::unexpected(called.error());
  return std::move(*result);
}

// Writes e.g. ("net.ipv4.ip_forward", "1") for the calling thread's network namespace; kNotFound
// when the kernel has no such setting.
Result<> set_sysctl(std::string_view name, std::string_view value);

}  // namespace drover::os
