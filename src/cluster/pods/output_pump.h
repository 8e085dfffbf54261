// Moves a container's stdout and stderr from their pipes into its log.
#pragma once

#include "base/result.h"
#include "cluster/pods/log_file.h"
#include "os/fd.h"

namespace drover::cluster::pods {

class OutputPump {
 public:
  explicit OutputPump(LogFile log) : log_(std::move(log)) {}

  // CRIU can only dump a container whose stdout and stderr are pipes (or /dev/null). Returns the
  // ends for the container; close ours once it has them, or the end of its output is never seen.
  struct WriteEnds {
    os::Fd out;
    os::Fd err;
  };
  Result<WriteEnds> make_pipes();

  // Takes what is there, without waiting. What cannot be written (disk full) is lost: the container
  // must go on.
  void pump();
  // Waits for more.
  void wait(int timeout_ms) const;

  [[nodiscard]] int out() const { return out_.get(); }  // -1 once it has ended
  [[nodiscard]] int err() const { return err_.get(); }
  [[nodiscard]] bool open() const { return out_ || err_; }

 private:
  void drain(os::Fd& pipe);

  LogFile log_;
  os::Fd out_;
  os::Fd err_;
};

}  // namespace drover::cluster::pods
