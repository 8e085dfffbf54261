// remove_tree, apart from os/file because of what it must not do: leave the tree through a symbolic
// link or a mount, both of which a container may have put there.
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <format>
#include <memory>

#include "os/file.h"

namespace drover::os {

namespace {

constexpr int kDeepest = 500;  // one descriptor is open per level

std::unexpected<Error> failed(const Path& path) {
  return system_error("removing " + path.string());
}

Fd open_below(int parent, const char* name) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(::syscall(SYS_openat2, parent, name, &how, sizeof how)));
}

Result<> remove_entry(int parent, const char* name, const Path& path, int depth);

Result<> empty_directory(Fd fd, const Path& path, int depth) {
  if (depth > kDeepest) {
    return invalid(std::format("removing {}: deeper than {} levels", path.string(), kDeepest));
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(fd.get()), &::closedir);
  if (!directory) return failed(path);
  const int self = fd.release();
  while (const auto* entry = ::readdir(directory.get())) {
    const std::string name = static_cast<const char*>(entry->d_name);
    if (name == "." || name == "..") continue;
    if (auto removed = remove_entry(self, name.c_str(), path / name, depth); !removed) {
      return removed;
    }
  }
  return {};
}

Result<> remove_entry(int parent, const char* name, const Path& path, int depth) {
  if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) return {};
  if (errno != EISDIR && errno != EPERM) return failed(path);
  auto fd = open_below(parent, name);
  if (!fd) {
    if (errno == EXDEV)
      return conflict("removing " + path.string() + ": something is mounted there");
    return failed(path);
  }
  if (auto emptied = empty_directory(std::move(fd), path, depth + 1); !emptied) return emptied;
  if (::unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT) return failed(path);
  return {};
}

}  // namespace

Result<> remove_tree(const Path& path) {
  const Path name = path.has_filename() ? path : path.parent_path();
  const auto last = name.filename();
  if (last.empty() || last == "." || last == "..")
    return invalid("removing '" + path.string() + "': refused");
  const auto parent_path = name.has_parent_path() ? name.parent_path() : Path(".");
  const auto parent = open_file(parent_path, O_RDONLY | O_DIRECTORY);
  if (!parent) {
    if (parent.error().code == Code::kNotFound) return {};
    return std::unexpected(parent.error());
  }
  return remove_entry(parent->get(), last.c_str(), name, 0);
}

}  // namespace drover::os
