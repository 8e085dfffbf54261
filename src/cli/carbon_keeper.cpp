#include "cli/carbon_keeper.h"

#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <format>
#include <utility>

#include "os/clock.h"
#include "os/command.h"
#include "os/log.h"

namespace drover::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kFirstWait = std::chrono::seconds{1};
constexpr Duration kLongestWait = std::chrono::minutes{1};
constexpr Duration kGrace = std::chrono::seconds{2};
constexpr int kLookMs = 100;
constexpr std::size_t kLongestLine = 4U << 20U;

std::string text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string key_of(const Json& feed) {
  return text(feed, "zone") + '\n' + text(feed, "provider") + '\n' + text(feed, "signal");
}

Json member(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() ? *found : Json();
}

// What the state of a feed is worth saying in a log, once.
std::string news(const Json& feed) {
  const Json error = member(member(feed, "values"), "error");
  return text(feed, "state") + (error.is_string() ? ": " + error.get<std::string>() : "");
}

Json aged(Json feed, Instant now) {
  const auto last = feed.find("last");
  if (last != feed.end() && last->is_object()) {
    if (const auto end = parse_time(text(*last, "end"))) {
      (*last)["age_s"] = std::chrono::duration<double>(now - *end).count();
    }
  }
  return feed;
}

void log_change(const Json& feed, const Json& before) {
  if (const auto now = news(feed); before.is_null() || news(before) != now) {
    const auto level = text(feed, "state") == "ok" ? os::LogLevel::kInfo : os::LogLevel::kWarning;
    os::log(level, std::format("carbon data of zone {} from {} ({}): {}", text(feed, "zone"),
                               text(feed, "provider"), text(feed, "signal"), now));
  }
}

// A signal to this process must not leave the child behind.
int end_with_parent() { return ::prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) == 0 ? 0 : errno; }

enum class Came { kSomething, kNothing, kEnd };

Came read_some(int fd, std::string& into) {
  pollfd event{.fd = fd, .events = POLLIN, .revents = 0};
  if (::poll(&event, 1, kLookMs) <= 0) {
    return Came::kNothing;
  }
  constexpr std::size_t kChunk = 1U << 14U;
  std::array<char, kChunk> buffer{};
  const auto got = ::read(fd, buffer.data(), buffer.size());
  if (got <= 0) {
    return got < 0 && errno == EINTR ? Came::kNothing : Came::kEnd;
  }
  into.append(buffer.data(), static_cast<std::size_t>(got));
  return Came::kSomething;
}

}  // namespace

bool FeedBoard::take(const std::string& line) {
  const auto turn = Json::parse(line, nullptr, false);
  const Json feeds = member(turn, "feeds");
  if (!feeds.is_array() ||
      !std::ranges::all_of(feeds, [](const Json& feed) { return feed.is_object(); })) {
    return false;
  }
  const std::scoped_lock lock(mutex_);
  for (const Json& feed : feeds) {
    Json& known = feeds_[key_of(feed)];
    log_change(feed, known);
    known = feed;
  }
  return true;
}

Json FeedBoard::feeds(Instant now) const {
  const std::scoped_lock lock(mutex_);
  Json list = Json::array();
  for (const auto& [key, feed] : feeds_) {
    list.push_back(aged(feed, now));
  }
  return list;
}

CarbonKeeper::CarbonKeeper(Settings settings, os::NetNamespace machine)
    : settings_(std::move(settings)),
      machine_(std::move(machine)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void CarbonKeeper::run(const std::stop_token& stop) {
  Duration wait = kFirstWait;
  while (!stop.stop_requested()) {
    const os::Stopwatch lived;
    if (const auto kept = keep_one(stop); !kept) {
      os::log_error("fetching carbon data: {}", kept.error().what);
    }
    // It has lived longer than the next one would have had to wait.
    wait = lived.elapsed() > wait ? kFirstWait : std::min(2 * wait, kLongestWait);
    if (!os::pause_for(wait, stop)) {
      return;
    }
  }
}

// One life of the child.
Result<> CarbonKeeper::keep_one(const std::stop_token& stop) {
  auto pipe = os::make_pipe();
  if (!pipe) {
    return std::unexpected(pipe.error());
  }
  // Its own configuration sets the pace: 1 s only means that --every makes it no slower.
  auto child = os::Child::spawn({.argv = {settings_.drover.string(), "carbon", "fetch", "--config",
                                          settings_.providers.string(), "--store", settings_.store,
                                          "--every", "1s", "--json"},
                                 .stdout_fd = pipe->write.get(),
                                 .stderr_fd = STDERR_FILENO,
                                 .net_namespace = machine_.fd(),
                                 .in_child = end_with_parent});
  if (!child) {
    return std::unexpected(child.error());
  }
  pipe->write.reset();
  read_lines(pipe->read, stop);
  if (stop.stop_requested()) {
    (void)child->signal(SIGTERM);
    (void)child->wait(kGrace);  // else it is killed
    return {};
  }
  return child->wait(kGrace).and_then([](const os::ExitStatus& status) -> Result<> {
    return unavailable(std::format(
        "`drover carbon fetch` ended with code {} and is started again; what it said stands above",
        status.exit_code));
  });
}

void CarbonKeeper::read_lines(const os::Fd& from, const std::stop_token& stop) {
  std::string rest;
  while (!stop.stop_requested()) {
    const Came came = read_some(from.get(), rest);
    if (came == Came::kEnd) {
      return;
    }
    for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
      take(rest.substr(0, end));
      rest.erase(0, end + 1);
    }
    if (rest.size() > kLongestLine) {
      take(std::exchange(rest, {}));
    }
  }
}

void CarbonKeeper::take(const std::string& line) {
  if (!board_.take(line)) {
    constexpr std::size_t kShown = 200;
    os::log_warning("`drover carbon fetch` said: {}", line.substr(0, kShown));
  }
}

}  // namespace drover::cli
