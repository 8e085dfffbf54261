#include "carbon/wire/unzip.h"

#include <array>
#include <cstddef>
#include <format>
#include <memory>

#include <archive.h>
#include <archive_entry.h>

#include "carbon/given.h"

namespace drover::carbon::wire {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} << 20;
constexpr std::size_t kMaxFiles = 100;

struct Free {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, Free>;

std::unexpected<Error> failed(archive* reader, std::string_view what) {
  const char* why = archive_error_string(reader);
  return invalid(std::format("the zip file {}: {}", what, shown(why == nullptr ? "" : why)));
}

// Only what every zip program writes: other compressions ask for memory as the file says.
bool is_usual(archive* reader) {
  const char* name = archive_format_name(reader);
  const std::string_view format = name == nullptr ? "" : name;
  return format.contains("(deflation)") || format.contains("(uncompressed)");
}

Result<std::string> read_file(archive* reader, std::size_t limit) {
  std::string content;
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const auto count = archive_read_data(reader, buffer.data(), buffer.size());
    if (count < 0) {
      return failed(reader, "cannot be unpacked");
    }
    if (count == 0) {
      return content;
    }
    content.append(buffer.data(), static_cast<std::size_t>(count));
    if (content.size() > limit) {
      return invalid(std::format("the zip file holds more than {} bytes; ask for less", kMaxBytes));
    }
  }
}

}  // namespace

bool is_zip(std::string_view bytes) { return bytes.starts_with("PK\x03\x04"); }

Result<std::vector<std::string>> unzip(std::string_view bytes) {
  const Reader reader(archive_read_new());
  if (!reader || archive_read_support_format_zip(reader.get()) != ARCHIVE_OK ||
      archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    return failed(reader.get(), "cannot be opened");
  }
  std::vector<std::string> files;
  std::size_t total = 0;
  for (;;) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) {
      break;
    }
    if (status < ARCHIVE_WARN) {
      return failed(reader.get(), "is damaged");
    }
    if (files.size() == kMaxFiles) {
      return invalid(std::format("the zip file holds more than {} files", kMaxFiles));
    }
    if (archive_entry_filetype(entry) == AE_IFDIR) {
      continue;
    }
    if (!is_usual(reader.get()) || archive_entry_is_encrypted(entry) != 0) {
      return invalid(
          "the zip file is encrypted, or packed otherwise than by deflate; pack it anew");
    }
    auto content = read_file(reader.get(), kMaxBytes - total);
    if (!content) {
      return std::unexpected(content.error());
    }
    total += content->size();
    files.push_back(*std::move(content));
  }
  if (files.empty()) {
    return invalid("the zip file holds no file");
  }
  return files;
}

}  // namespace drover::carbon::wire
