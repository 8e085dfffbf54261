#include "cluster/pods/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <format>

#include "os/file.h"

namespace drover::cluster::pods {
namespace {

std::filesystem::path old_file(const std::filesystem::path& path) { return path.string() + ".1"; }

Result<std::string> read_if_there(const std::filesystem::path& path) {
  auto text = os::read_file(path);
  if (!text && text.error().code == Code::kNotFound) return "";
  return text;
}

// The position where the last `lines` lines begin.
std::size_t tail_start(std::string_view text, std::size_t lines) {
  if (lines == 0) return text.size();
  std::size_t position = text.ends_with('\n') ? text.size() - 1 : text.size();
  while (position > 0) {
    if (text[position - 1] == '\n' && --lines == 0) return position;
    --position;
  }
  return 0;
}

}  // namespace

Result<LogFile> LogFile::open(const std::filesystem::path& path, Bytes limit) {
  auto fd = os::open_file(path, O_WRONLY | O_CREAT | O_APPEND);
  if (!fd) return std::unexpected(fd.error());
  struct stat info{};
  if (::fstat(fd->get(), &info) != 0) return os::system_error(path.string());
  return LogFile(path, limit, std::move(*fd), Bytes{info.st_size});
}

Result<> LogFile::rotate() {
  std::error_code error;
  std::filesystem::rename(path_, old_file(path_), error);
  if (error) return unavailable(std::format("renaming {}: {}", path_.string(), error.message()));
  return open(path_, limit_).transform([this](LogFile fresh) { *this = std::move(fresh); });
}

Result<> LogFile::append(std::string_view data) {
  if (size_ >= limit_) {
    if (auto rotated = rotate(); !rotated) return rotated;
  }
  size_ += Bytes{static_cast<std::int64_t>(data.size())};
  return os::write_all(fd_.get(), data);
}

Result<std::string> read_log(const std::filesystem::path& path, std::optional<std::size_t> lines) {
  const auto old = read_if_there(old_file(path));
  if (!old) return old;
  return read_if_there(path).transform([&](const std::string& current) {
    const auto all = *old + current;
    return lines ? all.substr(tail_start(all, *lines)) : all;
  });
}

}  // namespace drover::cluster::pods
