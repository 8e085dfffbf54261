#include "cluster/pods/image.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <format>
#include <optional>
#include <ranges>

#include "cluster/pods/json_reader.h"
#include "os/command.h"
#include "os/file.h"

namespace drover::cluster::pods {
namespace {

using std::filesystem::path;

constexpr Bytes kBlobLimit = Bytes{4L << 20};  // of a manifest or an image configuration
constexpr std::string_view kTagAnnotation = "org.opencontainers.image.ref.name";
constexpr std::string_view kDigestPrefix = "sha256:";

Result<path> existing_directory(const path& directory) {
  std::error_code error;
  if (!directory.is_absolute()) {
    return invalid(std::format("'{}': an image's path must be absolute", directory.string()));
  }
  if (!std::filesystem::is_directory(directory, error)) {
    return not_found(
        std::format("looked for the directory {}, which is not there", directory.string()));
  }
  return directory;
}

// A digest becomes a file name, so nothing but hexadecimal digits may pass.
std::string read_digest(const JsonReader& json) {
  const auto digest = json.required("digest").text();
  const auto hex = std::string_view(digest).substr(std::min(digest.size(), kDigestPrefix.size()));
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (!digest.starts_with(kDigestPrefix) || hex.size() != 64 || !std::ranges::all_of(hex, is_hex)) {
    json.required("digest").fail(
        std::format("'{}' is not sha256: and 64 hexadecimal digits", digest));
  }
  return std::string(hex);
}

Result<std::string> read_blob(const path& layout, const std::string& digest) {
  return os::read_file(layout / "blobs" / "sha256" / digest, kBlobLimit);
}

struct Entry {
  std::string tag;
  std::string digest;
};

Result<std::vector<Entry>> read_index(const path& layout) {
  const auto parse = [](JsonReader json) {
    return json.list("manifests", [](JsonReader item) {
      const auto media = item.text_or("mediaType", "");
      if (media.contains("index") || media.contains("list")) {
        item.fail(
            "is an index of several platforms; copy one platform's image into a layout of its own");
      }
      const auto annotations = item.text_map("annotations");
      const auto tag = annotations.find(std::string(kTagAnnotation));
      return Entry{.tag = tag == annotations.end() ? "" : tag->second, .digest = read_digest(item)};
    });
  };
  return os::read_file(layout / "index.json", kBlobLimit)
      .and_then([&](const std::string& text) { return read_json(text, parse); })
      .transform_error(doing((layout / "index.json").string()));
}

Result<Entry> choose(const std::vector<Entry>& entries, const std::string& tag,
                     const path& layout) {
  if (tag.empty() && entries.size() == 1) {
    if (!entries.front().tag.empty()) return entries.front();
    return invalid(std::format("{}: its image has no tag; umoci needs one", layout.string()));
  }
  std::string known;
  for (const auto& entry : entries) {
    if (!tag.empty() && entry.tag == tag) return entry;
    known += (known.empty() ? "" : ", ") + entry.tag;
  }
  if (tag.empty()) {
    return invalid(std::format("{} holds {} images; name one: oci:{}:TAG with a tag of {}",
                               layout.string(), entries.size(), layout.string(), known));
  }
  return not_found(
      std::format("{} has no image tagged '{}'; its tags: {}", layout.string(), tag, known));
}

ImageConfig read_image_config(const JsonReader& json) {
  ImageConfig config;
  const auto inner = json.optional("config");
  if (!inner) return config;
  const auto text = [](JsonReader item) { return item.text(); };
  config.entrypoint = inner->list("Entrypoint", text);
  config.cmd = inner->list("Cmd", text);
  config.env = inner->list("Env", text);
  config.working_dir = inner->text_or("WorkingDir", "");
  config.user = inner->text_or("User", "");
  return config;
}

Result<> unpack(const path& layout, const LayoutImage& image, const path& target) {
  // Two agents may unpack at once: each into a folder of its own, and the first rename wins.
  const path part = target.string() + std::format(".part-{}", ::getpid());
  // "raw": the root file system alone, without umoci's own idea of a bundle.
  const os::Command umoci{
      .argv = {"umoci", "raw", "unpack", "--image",
               std::format("{}:{}", layout.string(), image.tag), part / "rootfs"},
      .timeout = std::chrono::minutes(10)};
  const auto unpacked =
      os::remove_tree(part).and_then([&] { return os::make_dirs(part); }).and_then([&] {
        return os::run_ok(umoci);
      });
  if (!unpacked) {
    (void)os::remove_tree(part);
    if (unpacked.error().code == Code::kNotFound) {
      return unavailable(
          "unpacking needs the program umoci, which is not in PATH; install it, or unpack the "
          "image and name its root "
          "directory");
    }
    return std::unexpected(unpacked.error());
  }
  std::error_code error;
  std::filesystem::rename(part, target, error);
  if (error && !os::exists(target / "rootfs")) {
    return unavailable(
        std::format("renaming {} to {}: {}", part.string(), target.string(), error.message()));
  }
  return os::remove_tree(part);
}

Result<Image> resolve_layout(std::string_view name, const path& cache) {
  const auto colon = name.rfind(':');
  const auto slash = name.rfind('/');
  const bool tagged =
      colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  const std::string tag(tagged ? name.substr(colon + 1) : "");
  const path layout(tagged ? name.substr(0, colon) : name);
  const auto image =
      existing_directory(layout).and_then([&](const path&) { return read_layout(layout, tag); });
  if (!image) return std::unexpected(image.error());
  const auto target = cache / image->digest;
  if (!os::exists(target / "rootfs")) {
    if (auto done = unpack(layout, *image, target); !done) return std::unexpected(done.error());
  }
  return Image{.rootfs = target / "rootfs", .config = image->config};
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [stop, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || status != std::errc{} || stop != text.data() + text.size())
    return std::nullopt;
  return value;
}

// The file may be a symbolic link that means a place inside the image, never one of this machine.
Result<std::string> read_inside(const path& rootfs, const char* file) {
  const auto root = os::open_file(rootfs, O_PATH | O_DIRECTORY);
  if (!root) return std::unexpected(root.error());
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  const os::Fd fd(static_cast<int>(::syscall(SYS_openat2, root->get(), file, &how, sizeof how)));
  if (!fd) return os::system_error((rootfs / file).string());
  return os::read_file(std::format("/proc/self/fd/{}", fd.get()), kBlobLimit);
}

// The fields of the line that begins with `name:`.
std::optional<std::vector<std::string>> find_line(const std::string& text, std::string_view name) {
  for (const auto line : text | std::views::split('\n')) {
    std::vector<std::string> fields;
    for (const auto field : line | std::views::split(':'))
      fields.emplace_back(std::string_view(field));
    if (fields.size() >= 3 && fields[0] == name) return fields;
  }
  return std::nullopt;
}

Result<UserIds> find_user(const std::string& name, const path& rootfs) {
  if (const auto uid = number(name)) return UserIds{.uid = *uid, .gid = 0};
  const auto text = read_inside(rootfs, "etc/passwd");
  if (!text) return std::unexpected(text.error());
  const auto fields = find_line(*text, name);
  const auto uid = fields ? number((*fields)[2]) : std::nullopt;
  const auto gid = fields && fields->size() > 3 ? number((*fields)[3]) : std::nullopt;
  if (!uid || !gid) return not_found(std::format("no user '{}' in the image's etc/passwd", name));
  return UserIds{.uid = *uid, .gid = *gid};
}

Result<std::uint32_t> find_group(const std::string& name, const path& rootfs) {
  if (const auto gid = number(name)) return *gid;
  const auto text = read_inside(rootfs, "etc/group");
  if (!text) return std::unexpected(text.error());
  const auto fields = find_line(*text, name);
  const auto gid = fields ? number((*fields)[2]) : std::nullopt;
  if (!gid) return not_found(std::format("no group '{}' in the image's etc/group", name));
  return *gid;
}

}  // namespace

Result<UserIds> resolve_user(const std::string& user, const path& rootfs) {
  if (user.empty()) return UserIds{};
  const auto colon = user.find(':');
  auto ids = find_user(user.substr(0, colon), rootfs);
  if (!ids || colon == std::string::npos) return ids;
  return find_group(user.substr(colon + 1), rootfs).transform([&](std::uint32_t gid) {
    return UserIds{.uid = ids->uid, .gid = gid};
  });
}

Result<LayoutImage> read_layout(const path& layout, const std::string& tag) {
  const auto config_digest = [](JsonReader json) { return read_digest(json.required("config")); };
  LayoutImage image;
  return read_index(layout)
      .and_then([&](const std::vector<Entry>& entries) { return choose(entries, tag, layout); })
      .and_then([&](const Entry& entry) {
        image.tag = entry.tag;
        image.digest = entry.digest;
        return read_blob(layout, entry.digest);
      })
      .and_then([&](const std::string& manifest) { return read_json(manifest, config_digest); })
      .and_then([&](const std::string& digest) { return read_blob(layout, digest); })
      .and_then([](const std::string& config) { return read_json(config, read_image_config); })
      .transform([&](ImageConfig config) {
        image.config = std::move(config);
        return image;
      });
}

Result<Image> resolve_image(const std::string& name, const path& cache) {
  const auto context = doing(std::format("image '{}'", name));
  if (name.starts_with("oci:"))
    return resolve_layout(std::string_view(name).substr(4), cache).transform_error(context);
  if (name.starts_with('/') || name.starts_with("dir:")) {
    return existing_directory(name.starts_with('/') ? name : name.substr(4))
        .transform([](const path& rootfs) { return Image{.rootfs = rootfs, .config = {}}; })
        .transform_error(context);
  }
  return invalid(
      std::format("image '{}': write a root directory as /dir or dir:/dir, an OCI layout as "
                  "oci:/layout:tag; drover pulls "
                  "nothing from a registry",
                  name));
}

}  // namespace drover::cluster::pods
