// An owning file descriptor, and errors from errno.
#pragma once

#include <cerrno>
#include <string>
#include <utility>

#include "base/result.h"

namespace drover::os {

// Owns one descriptor; -1 means none. Not a socket, pidfd or namespace in particular: whatever
// close(2) closes.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

struct Pipe {
  Fd read;
  Fd write;
};

// Both ends close-on-exec.
Result<Pipe> make_pipe();

// An Error whose code follows errno (ENOENT kNotFound, EEXIST kConflict, ETIMEDOUT kTimeout, EINVAL
// kInvalid, others kUnavailable) and whose text is "<what>: <errno's text>".
std::unexpected<Error> system_error(const std::string& what, int error_number = errno);

}  // namespace drover::os
