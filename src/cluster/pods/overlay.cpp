#include "cluster/pods/overlay.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <format>

#include "os/file.h"

namespace drover::cluster::pods {
namespace {

// The mount option's own separators; the kernel knows no way to quote a comma.
Result<> check_path(const std::filesystem::path& path) {
  if (path.string().find_first_of(",:\\\"") == std::string::npos) return {};
  return invalid(std::format("{}: a path of an overlay cannot hold , : \\ or \"", path.string()));
}

}  // namespace

Result<> prepare_overlay(const Overlay& overlay) {
  struct stat root{};
  if (::stat(overlay.lower.c_str(), &root) != 0) return os::system_error(overlay.lower.string());
  return os::make_dirs(overlay.upper)
      .and_then([&] { return os::make_dirs(overlay.work); })
      .and_then([&] { return os::make_dirs(overlay.target); })
      .and_then([&]() -> Result<> {
        if (::chown(overlay.upper.c_str(), root.st_uid, root.st_gid) != 0 ||
            ::chmod(overlay.upper.c_str(), root.st_mode & 07777) != 0) {
          return os::system_error(overlay.upper.string());
        }
        return {};
      });
}

Result<> mount_overlay(const Overlay& overlay) {
  for (const auto& path : {overlay.lower, overlay.upper, overlay.work}) {
    if (auto fine = check_path(path); !fine) return fine;
  }
  // index and metacopy tie the upper directory to this very file system, but a migration copies it
  // to another.
  const auto options =
      std::format("lowerdir={},upperdir={},workdir={},index=off,metacopy=off",
                  overlay.lower.string(), overlay.upper.string(), overlay.work.string());
  if (::mount("overlay", overlay.target.c_str(), "overlay", 0, options.c_str()) != 0) {
    return os::system_error(std::format(
        "mounting an overlay on {} (the state directory must not be on an overlay itself)",
        overlay.target.string()));
  }
  return {};
}

}  // namespace drover::cluster::pods
