#include "os/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <format>
#include <functional>
#include <memory>

namespace drover::os {

namespace {

std::unexpected<Error> failed(std::string_view doing_what, const Path& path) {
  return system_error(std::format("{} {}", doing_what, path.string()));
}

Path directory_of(const Path& path) { return path.has_parent_path() ? path.parent_path() : "."; }

Result<> sync(int fd, const Path& path) {
  if (::fsync(fd) != 0) return failed("syncing", path);
  return {};
}

Result<> sync_directory(const Path& path) {
  return open_file(path, O_RDONLY | O_DIRECTORY).and_then([&](const Fd& directory) {
    return sync(directory.get(), path);
  });
}

Result<> fill(const Fd& file, const Path& path, std::string_view content, mode_t mode) {
  // open's mode passes through the umask; what others rely on is the mode that was asked for.
  if (::fchmod(file.get(), mode) != 0) return failed("setting the mode of", path);
  return write_all(file.get(), content).transform_error(doing("writing " + path.string()));
}

// Puts a new file in the place of the old one; `settle` runs between writing and renaming.
Result<> replace(const Path& path, std::string_view content, mode_t mode,
                 const std::function<Result<>(const Fd&)>& settle) {
  std::string temporary = path.string() + ".XXXXXX";
  const Fd file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) return failed("creating", temporary);
  auto done = fill(file, temporary, content, mode)
                  .and_then([&] { return settle(file); })
                  .and_then([&]() -> Result<> {
                    if (::rename(temporary.c_str(), path.c_str()) == 0) return {};
                    return failed("replacing", path);
                  });
  if (!done) ::unlink(temporary.c_str());
  return done;
}

}  // namespace

Result<Fd> open_file(const Path& path, int flags, mode_t mode) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (fd < 0) return failed("opening", path);
  return Fd(fd);
}

Result<> write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return system_error("write");
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// Reads to the end instead of trusting st_size, which is 0 for files of procfs.
Result<std::string> read_file(const Path& path, Bytes limit) {
  auto file = open_file(path, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  std::string content;
  std::array<char, 16384> buffer;
  while (true) {
    const auto got = ::read(file->get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("reading", path);
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (std::cmp_greater(content.size(), limit.count())) {
      return invalid(std::format("{} is longer than {} bytes", path.string(), limit.count()));
    }
  }
}

Result<> atomic_write(const Path& path, std::string_view content, mode_t mode) {
  return replace(path, content, mode, [&](const Fd& file) { return sync(file.get(), path); })
      .and_then([&] { return sync_directory(directory_of(path)); });
}

Result<> publish(const Path& path, std::string_view content, mode_t mode) {
  return replace(path, content, mode, [](const Fd&) -> Result<> { return {}; });
}

Result<> create_exclusive(const Path& path, std::string_view content, mode_t mode) {
  return open_file(path, O_WRONLY | O_CREAT | O_EXCL, mode)
      .and_then([&](const Fd& file) {
        return fill(file, path, content, mode).and_then([&] { return sync(file.get(), path); });
      })
      .and_then([&] { return sync_directory(directory_of(path)); });
}

Result<> make_dirs(const Path& path, mode_t mode) {
  Path grown;
  for (const auto& part : path) {
    grown /= part;
    if (::mkdir(grown.c_str(), mode) == 0) {
      if (::chmod(grown.c_str(), mode) != 0) return failed("setting the mode of", grown);
    } else if (errno != EEXIST) {
      return failed("creating directory", grown);
    }
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return failed("creating directory", path);
  if (!S_ISDIR(status.st_mode)) return invalid(path.string() + " exists and is not a directory");
  return {};
}

Result<std::vector<std::string>> list_dir(const Path& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), &::closedir);
  if (!directory) return failed("listing", path);
  std::vector<std::string> names;
  errno = 0;
  while (const auto* entry = ::readdir(directory.get())) {
    const std::string_view name = static_cast<const char*>(entry->d_name);
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return failed("listing", path);
  std::ranges::sort(names);
  return names;
}

bool exists(const Path& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0;
}

Result<DirLock> DirLock::acquire(const Path& directory) {
  auto fd = open_file(directory, O_RDONLY | O_DIRECTORY);
  if (!fd) return std::unexpected(fd.error());
  if (::flock(fd->get(), LOCK_EX | LOCK_NB) == 0) return DirLock(std::move(*fd));
  if (errno == EWOULDBLOCK) {
    return conflict(directory.string() + " is in use by another process");
  }
  return failed("locking", directory);
}

}  // namespace drover::os
