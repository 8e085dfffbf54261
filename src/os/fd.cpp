#include "os/fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <system_error>

namespace drover::os {

namespace {

Code code_of(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ESRCH:
    case ENODEV:
    case EADDRNOTAVAIL:
      return Code::kNotFound;
    case EEXIST:
      return Code::kConflict;
    case ETIMEDOUT:
      return Code::kTimeout;
    case EINVAL:
    case ENAMETOOLONG:
    case ENOTDIR:
    case EISDIR:
      return Code::kInvalid;
    default:
      return Code::kUnavailable;
  }
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

// Keeps errno, so that an error path may close before it reports.
void Fd::reset() {
  if (fd_ < 0) return;
  const int kept = errno;
  ::close(fd_);
  errno = kept;
  fd_ = -1;
}

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("creating a pipe");
  return Pipe{.read = Fd(ends[0]), .write = Fd(ends[1])};
}

std::unexpected<Error> system_error(const std::string& what, int error_number) {
  return std::unexpected(
      Error{.code = code_of(error_number),
            .what = what + ": " + std::generic_category().message(error_number)});
}

}  // namespace drover::os
