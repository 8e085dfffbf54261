// Files and directories. Every error names the path.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "os/fd.h"

namespace drover::os {

using Path = std::filesystem::path;

inline constexpr Bytes kReadLimit = Bytes{64L << 20};

// The whole file; kNotFound when it is absent, kInvalid when it is longer than the limit.
Result<std::string> read_file(const Path& path, Bytes limit = kReadLimit);

// Readers see the old content or the new, also after a power cut: temporary file + fsync + rename +
// fsync of the directory.
Result<> atomic_write(const Path& path, std::string_view content, mode_t mode = 0600);

// Readers see the old content or the new; without the syncs, which take 5-20 ms on a disk. For what
// need not outlive the machine, only the process: tokens of a migration, pids.
Result<> publish(const Path& path, std::string_view content, mode_t mode = 0600);

// Creates the file once, durably; kConflict when it exists already. A crash in between may leave an
// empty file.
Result<> create_exclusive(const Path& path, std::string_view content, mode_t mode = 0600);

// Creates what is missing of the path, each level with `mode`; levels that exist keep theirs.
Result<> make_dirs(const Path& path, mode_t mode = 0700);

// Removes the file or the directory with all in it, never following symbolic links nor crossing
// into another mount. Absent is success.
Result<> remove_tree(const Path& path);

// Sorted names without "." and "..".
Result<std::vector<std::string>> list_dir(const Path& path);

bool exists(const Path& path);

// open(2) with O_CLOEXEC added.
Result<Fd> open_file(const Path& path, int flags, mode_t mode = 0600);

// Writes all of it, in as many write(2) calls as that takes.
Result<> write_all(int fd, std::string_view content);

// An exclusive lock on a directory, by flock on it; gone with the object or with the process.
class DirLock {
 public:
  // kConflict at once when another holder has it.
  static Result<DirLock> acquire(const Path& directory);

 private:
  explicit DirLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace drover::os
