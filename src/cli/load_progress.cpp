#include "cli/load_progress.h"

#include <fcntl.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace drover::cli {

using nlohmann::json;

Result<LoadProgress> LoadProgress::open(const os::Path& path) {
  return os::open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND).transform([](os::Fd fd) {
    return LoadProgress(std::move(fd));
  });
}

Result<> LoadProgress::write(const LoadSession& session) {
  auto lines = progress_line(session);
  for (std::size_t i = 0; i < session.stats().size(); ++i) {
    lines += news_of(*session.stats()[i], i);
  }
  return os::write_all(fd_.get(), lines);
}

std::string LoadProgress::progress_line(const LoadSession& session) {
  std::int64_t operations = 0;
  std::int64_t errors = 0;
  std::int64_t reconnects = 0;
  Micros silence{0};
  Micros longest{0};
  const auto now = session.clock().now();
  for (const auto* client : session.stats()) {
    operations += client->operations();
    errors += client->errors();
    reconnects += client->reconnects();
    silence = std::max(silence, client->silence(now.steady));
    longest = std::max(longest, client->longest_stall());
  }
  const auto seconds = to_ms(now.steady - last_at_) / 1000;
  const auto rate =
      seconds > 0 ? static_cast<double>(operations - last_operations_) / seconds : 0.0;
  last_operations_ = operations;
  last_at_ = now.steady;
  const json line{{"kind", "progress"},
                  {"at", format_time(now.wall)},
                  {"phase", to_string(session.phase())},
                  {"filled", session.filled_share()},
                  {"operations", operations},
                  {"per_second", rate},
                  {"errors", errors},
                  {"reconnects", reconnects},
                  {"silence_ms", to_ms(silence)},
                  {"longest_stall_ms", to_ms(longest)}};
  return line.dump() + "\n";
}

std::string LoadProgress::news_of(const ClientStats& stats, std::size_t index) {
  std::string lines;
  for (const auto& stall : stats.stalls(stalls_told_[index])) {
    auto line = to_json(stall);
    line["kind"] = "stall";
    line["client"] = stats.name();
    lines += line.dump() + "\n";
    ++stalls_told_[index];
  }
  for (const auto& text : stats.error_texts(errors_told_[index])) {
    lines += json{{"kind", "error"}, {"client", stats.name()}, {"what", text}}.dump() + "\n";
    ++errors_told_[index];
  }
  return lines;
}

}  // namespace drover::cli
