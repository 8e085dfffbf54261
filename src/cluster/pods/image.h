// Images: what a container's root file system is made of, and how its program is started.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace drover::cluster::pods {

// Of an OCI image configuration; all empty for a plain root directory.
struct ImageConfig {
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::string> env;  // "NAME=value"
  std::string working_dir;
  std::string user;  // "", "name", "uid", "name:group", "uid:gid"
};

struct Image {
  std::filesystem::path rootfs;  // read only, shared by all containers of the image
  ImageConfig config;
};

// `name` is "/dir" or "dir:/dir" (a root directory), or "oci:/layout[:tag]" (an OCI image layout;
// the tag may be left out when there is one image in it). A layout is unpacked once, by the program
// umoci, into `cache` under its manifest's digest.
Result<Image> resolve_image(const std::string& name, const std::filesystem::path& cache);

// Reads the blobs of a layout without unpacking it. For tests and preflight.
struct LayoutImage {
  std::string tag;     // as umoci wants it
  std::string digest;  // of the manifest, hexadecimal
  ImageConfig config;
};
Result<LayoutImage> read_layout(const std::filesystem::path& layout, const std::string& tag);

struct UserIds {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  friend bool operator==(const UserIds&, const UserIds&) = default;
};

// Looks names up in the root file system's own etc/passwd and etc/group.
Result<UserIds> resolve_user(const std::string& user, const std::filesystem::path& rootfs);

}  // namespace drover::cluster::pods
