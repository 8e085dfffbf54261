#include "migrate/tcp/archive.h"

#include <fcntl.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <format>
#include <memory>

#include <archive.h>
#include <archive_entry.h>

#include "migrate/tcp/zstd_stream.h"

namespace drover::migrate {
namespace {

constexpr std::string_view kEndName = ".end";
constexpr std::size_t kChunk = 1UL << 20;

struct FreeReader {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
struct FreeWriter {
  void operator()(archive* handle) const { archive_write_free(handle); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
struct FreeResolver {
  void operator()(archive_entry_linkresolver* resolver) const {
    archive_entry_linkresolver_free(resolver);
  }
};
using Reader = std::unique_ptr<archive, FreeReader>;
using Writer = std::unique_ptr<archive, FreeWriter>;
using Entry = std::unique_ptr<archive_entry, FreeEntry>;
using Resolver = std::unique_ptr<archive_entry_linkresolver, FreeResolver>;

// A warning (an xattr that the target refuses, say) is an error here: a half-kept file is not the
// same file.
Result<> check(int status, archive* handle, std::string_view what) {
  if (status == ARCHIVE_OK) {
    return {};
  }
  const char* text = archive_error_string(handle);
  return unavailable(std::format("{}: {}", what, text == nullptr ? "unknown error" : text));
}

// ---- writing ----

struct Packer {
  ZstdWriter compressed;
  Writer writer{archive_write_new()};
  Bytes raw;
  std::int64_t entries = 0;

  static la_ssize_t write(archive*, void* self, const void* data, std::size_t size) {
    auto* packer = static_cast<Packer*>(self);
    const auto written = packer->compressed.write({static_cast<const char*>(data), size});
    return written ? static_cast<la_ssize_t>(size) : -1;
  }

  Result<> open();
  Result<> add_tree(const Tree& tree);
  Result<> add_entry(archive* disk, archive_entry* entry);
  Result<> copy_data(archive* disk);
  Result<> finish();
};

Result<> Packer::open() {
  archive_write_set_format_pax(writer.get());
  archive_write_set_bytes_per_block(writer.get(), kChunk);
  archive_write_set_bytes_in_last_block(writer.get(), 1);
  return check(archive_write_open(writer.get(), this, nullptr, &Packer::write, nullptr),
               writer.get(), "starting the archive");
}

Result<> Packer::add_tree(const Tree& tree) {
  const Reader disk(archive_read_disk_new());
  archive_read_disk_set_standard_lookup(disk.get());
  archive_read_disk_set_behavior(disk.get(), ARCHIVE_READDISK_NO_TRAVERSE_MOUNTS);
  const Resolver links(archive_entry_linkresolver_new());
  archive_entry_linkresolver_set_strategy(links.get(), archive_format(writer.get()));
  if (auto opened = check(archive_read_disk_open(disk.get(), tree.dir.c_str()), disk.get(),
                          tree.dir.string());
      !opened) {
    return opened;
  }
  const auto root = tree.dir.string();
  while (true) {
    const Entry owner(archive_entry_new());
    archive_entry* entry = owner.get();
    const int status = archive_read_next_header2(disk.get(), entry);
    if (status == ARCHIVE_EOF) {
      return {};
    }
    if (auto read = check(status, disk.get(), tree.dir.string()); !read) {
      return read;
    }
    archive_read_disk_descend(disk.get());
    const std::string path = archive_entry_pathname(entry);
    archive_entry_set_pathname(entry, (tree.name + path.substr(root.size())).c_str());
    if (archive_entry_filetype(entry) == AE_IFSOCK) {
      continue;  // a socket file means nothing without its listener; CRIU makes it anew
    }
    archive_entry* spare = nullptr;
    archive_entry_linkify(links.get(), &entry, &spare);
    if (auto added = add_entry(disk.get(), entry); !added) {
      return added;
    }
  }
}

Result<> Packer::add_entry(archive* disk, archive_entry* entry) {
  ++entries;
  if (auto wrote = check(archive_write_header(writer.get(), entry), writer.get(),
                         archive_entry_pathname(entry));
      !wrote) {
    return wrote;
  }
  if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_size(entry) == 0) {
    return {};
  }
  return copy_data(disk);
}

Result<> Packer::copy_data(archive* disk) {
  static const std::string kZeros(64UL << 10, '\0');
  la_int64_t written = 0;
  const void* data = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  while (true) {
    const int status = archive_read_data_block(disk, &data, &size, &offset);
    if (status != ARCHIVE_OK && status != ARCHIVE_EOF) {
      return check(status, disk, "reading a file");
    }
    // Holes come as a jump of the offset; the archive wants them as zeros.
    while (written < offset) {
      const auto part =
          std::min<std::size_t>(kZeros.size(), static_cast<std::size_t>(offset - written));
      written += archive_write_data(writer.get(), kZeros.data(), part) < 0
                     ? offset
                     : static_cast<la_int64_t>(part);
    }
    if (status == ARCHIVE_EOF) {
      return {};
    }
    if (archive_write_data(writer.get(), data, size) != static_cast<la_ssize_t>(size)) {
      return check(ARCHIVE_FATAL, writer.get(), "writing the archive");
    }
    written += static_cast<la_int64_t>(size);
    raw += Bytes{static_cast<std::int64_t>(size)};
  }
}

Result<> Packer::finish() {
  const auto count = std::to_string(entries);
  const Entry end(archive_entry_new());
  archive_entry_set_pathname(end.get(), std::string(kEndName).c_str());
  archive_entry_set_filetype(end.get(), AE_IFREG);
  archive_entry_set_perm(end.get(), 0600);
  archive_entry_set_size(end.get(), static_cast<la_int64_t>(count.size()));
  if (auto wrote = check(archive_write_header(writer.get(), end.get()), writer.get(), kEndName);
      !wrote) {
    return wrote;
  }
  if (archive_write_data(writer.get(), count.data(), count.size()) < 0) {
    return check(ARCHIVE_FATAL, writer.get(), kEndName);
  }
  return check(archive_write_close(writer.get()), writer.get(), "ending the archive");
}

// ---- reading ----

struct ChunkReader {
  ZstdReader source;
  std::string chunk;
  std::optional<Error> error;

  static la_ssize_t read(archive* handle, void* self, const void** data) {
    auto* reader = static_cast<ChunkReader*>(self);
    auto next = reader->source.read();
    if (!next) {
      reader->error = next.error();
      archive_set_error(handle, -1, "%s", next.error().what.c_str());
      return -1;
    }
    reader->chunk = std::move(*next);
    *data = reader->chunk.data();
    return static_cast<la_ssize_t>(reader->chunk.size());
  }
};

bool leaves_its_root(const std::filesystem::path& path) {
  return path.is_absolute() || std::ranges::find(path, std::filesystem::path("..")) != path.end();
}

// "images/redis/pages-1.img" -> "<staging>/images/redis/pages-1.img"
Result<std::filesystem::path> target_of(const std::vector<Tree>& trees, const std::string& name) {
  if (leaves_its_root(name)) {
    return invalid(std::format("archive entry '{}' leaves its directory", name));
  }
  for (const auto& tree : trees) {
    if (name == tree.name || name == tree.name + "/") {
      return tree.dir;
    }
    if (name.starts_with(tree.name + "/")) {
      return tree.dir / name.substr(tree.name.size() + 1);
    }
  }
  return invalid(std::format("archive entry '{}' is in no directory that this pod has", name));
}

bool is_harmless(archive_entry* entry) {
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
    case AE_IFDIR:
    case AE_IFLNK:
    case AE_IFIFO:
      return true;
    case AE_IFCHR:  // overlay whiteout
      return archive_entry_rdevmajor(entry) == 0 && archive_entry_rdevminor(entry) == 0;
    default:
      return archive_entry_hardlink(entry) != nullptr;
  }
}

Result<> retarget(const std::vector<Tree>& trees, archive_entry* entry) {
  const std::string name = archive_entry_pathname(entry);
  if (!is_harmless(entry)) {
    return invalid(std::format("archive entry '{}' is a device or socket", name));
  }
  const auto target = target_of(trees, name);
  if (!target) {
    return std::unexpected(target.error());
  }
  archive_entry_set_pathname(entry, target->c_str());
  if (const char* link = archive_entry_hardlink(entry)) {
    const auto linked = target_of(trees, link);
    if (!linked) {
      return std::unexpected(linked.error());
    }
    archive_entry_set_hardlink(entry, linked->c_str());
  }
  return {};
}

Result<> extract(archive* stream, archive* disk, archive_entry* entry) {
  const std::string name = archive_entry_pathname(entry);
  if (auto made = check(archive_write_header(disk, entry), disk, name); !made) {
    return made;
  }
  const void* data = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  while (true) {
    const int status = archive_read_data_block(stream, &data, &size, &offset);
    if (status == ARCHIVE_EOF) {
      return check(archive_write_finish_entry(disk), disk, name);
    }
    if (auto read = check(status, stream, name); !read) {
      return read;
    }
    if (auto wrote =
            check(static_cast<int>(archive_write_data_block(disk, data, size, offset)), disk, name);
        !wrote) {
      return wrote;
    }
  }
}

Result<> check_end(archive* stream, std::int64_t seen) {
  std::array<char, 32> text{};
  const auto size = archive_read_data(stream, text.data(), text.size());
  std::int64_t counted = -1;
  if (size > 0) {
    std::from_chars(text.data(), text.data() + size, counted);
  }
  return counted == seen
             ? Result<>{}
             : invalid(std::format("the archive says {} entries, {} came", counted, seen));
}

Result<> extract_all(const std::vector<Tree>& trees, archive* stream, archive* disk) {
  std::int64_t seen = 0;
  archive_entry* entry = nullptr;
  while (true) {
    const int status = archive_read_next_header(stream, &entry);
    if (status == ARCHIVE_EOF) {
      return unavailable("the archive was cut off");
    }
    if (auto read = check(status, stream, "reading the archive"); !read) {
      return read;
    }
    if (kEndName == archive_entry_pathname(entry)) {
      return check_end(stream, seen);
    }
    ++seen;
    auto done = retarget(trees, entry).and_then([&] { return extract(stream, disk, entry); });
    if (!done) {
      return done;
    }
  }
}

// To the end of the frame: its checksum is judged there.
// Behind the last entry come the zeros that end a tar file, and nothing else.
Result<> expect_end(ZstdReader& source) {
  while (true) {
    const auto rest = source.read();
    if (!rest) {
      return std::unexpected(rest.error());
    }
    if (rest->empty()) {
      return {};
    }
    if (rest->find_first_not_of('\0') != std::string::npos) {
      return invalid("the stream goes on behind its end");
    }
  }
}

}  // namespace

Result<Bytes> pack(const std::vector<Tree>& trees, const std::function<bool(std::string)>& sink) {
  Packer packer{.compressed = ZstdWriter(sink)};
  if (auto opened = packer.open(); !opened) {
    return std::unexpected(opened.error());
  }
  for (const auto& tree : trees) {
    if (auto added = packer.add_tree(tree); !added) {
      return std::unexpected(added.error());
    }
  }
  return packer.finish().transform([&] { return packer.raw; });
}

Result<> unpack(const std::vector<Tree>& trees,
                const std::function<Result<std::string>()>& source) {
  // SECURE_SYMLINKS refuses to write through a link, so the directories themselves must be free of
  // links.
  std::vector<Tree> real = trees;
  for (auto& tree : real) {
    std::error_code error;
    tree.dir = std::filesystem::weakly_canonical(tree.dir, error);
  }
  const Reader stream(archive_read_new());
  archive_read_support_format_tar(stream.get());
  ChunkReader chunks{.source = ZstdReader(source)};
  if (auto opened =
          check(archive_read_open(stream.get(), &chunks, nullptr, &ChunkReader::read, nullptr),
                stream.get(), "opening the archive");
      !opened) {
    return opened;
  }
  const Writer disk(archive_write_disk_new());
  archive_write_disk_set_options(
      disk.get(), ARCHIVE_EXTRACT_OWNER | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME |
                      ARCHIVE_EXTRACT_XATTR | ARCHIVE_EXTRACT_ACL |
                      ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT);
  auto extracted = extract_all(real, stream.get(), disk.get());
  if (!extracted) {
    return chunks.error ? std::unexpected(*chunks.error) : extracted;
  }
  if (auto ended = expect_end(chunks.source); !ended) {
    return ended;
  }
  // Times and modes of directories are set last.
  return check(archive_write_close(disk.get()), disk.get(), "finishing directories");
}

}  // namespace drover::migrate
