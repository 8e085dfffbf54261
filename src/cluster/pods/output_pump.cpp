#include "cluster/pods/output_pump.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace drover::cluster::pods {
namespace {

constexpr std::size_t kChunk = 64 << 10;
constexpr int kChunksAtOnce =
    16;  // so that a container that never stops writing does not keep us from anything else

Result<os::Pipe> make_pipe() {
  auto pipe = os::make_pipe();
  if (pipe && ::fcntl(pipe->read.get(), F_SETFL, O_NONBLOCK) != 0) return os::system_error("fcntl");
  return pipe;
}

}  // namespace

Result<OutputPump::WriteEnds> OutputPump::make_pipes() {
  auto out = make_pipe();
  if (!out) return std::unexpected(out.error());
  auto err = make_pipe();
  if (!err) return std::unexpected(err.error());
  out_ = std::move(out->read);
  err_ = std::move(err->read);
  return WriteEnds{.out = std::move(out->write), .err = std::move(err->write)};
}

void OutputPump::drain(os::Fd& pipe) {
  std::array<char, kChunk> buffer;
  for (int chunk = 0; pipe && chunk < kChunksAtOnce; ++chunk) {
    const auto got = ::read(pipe.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return pipe.reset();
    (void)log_.append(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
  }
}

void OutputPump::pump() {
  drain(out_);
  drain(err_);
}

void OutputPump::wait(int timeout_ms) const {
  std::array<pollfd, 2> events{pollfd{.fd = out_.get(), .events = POLLIN, .revents = 0},
                               pollfd{.fd = err_.get(), .events = POLLIN, .revents = 0}};
  (void)::poll(events.data(), events.size(), timeout_ms);
}

}  // namespace drover::cluster::pods
