// A container's output on disk: at most two files of a bounded size.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"
#include "os/fd.h"

namespace drover::cluster::pods {

inline constexpr Bytes kLogLimit = Bytes{10L << 20};  // of one file

class LogFile {
 public:
  // Continues a file that is there.
  static Result<LogFile> open(const std::filesystem::path& path, Bytes limit = kLogLimit);

  // When the file has reached its limit it becomes `<path>.1`, in place of an earlier one, and a
  // new file begins.
  Result<> append(std::string_view data);

 private:
  LogFile(std::filesystem::path path, Bytes limit, os::Fd fd, Bytes size)
      : path_(std::move(path)), limit_(limit), fd_(std::move(fd)), size_(size) {}
  Result<> rotate();

  std::filesystem::path path_;
  Bytes limit_;
  os::Fd fd_;
  Bytes size_;
};

// The last `lines` lines of both files together; all of them when absent. No file yet: empty.
Result<std::string> read_log(const std::filesystem::path& path, std::optional<std::size_t> lines);

}  // namespace drover::cluster::pods
