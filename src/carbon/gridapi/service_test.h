// A service on loopback, over TLS with a CA of its own, and the world it is asked in: a clock that
// moves only by waiting.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "carbon/gridapi/registry.h"
#include "os/clock.h"
#include "os/testing/expect.h"
#include "os/testing/temp_dir.h"
#include "os/testing/web_server.h"

namespace drover::carbon::gridapi {

inline constexpr const char* kTestToken = "s3cret-t0ken/with+signs";

inline Instant at(std::string_view text) { return parse_time(text).value(); }

// Answers by path: those queued for it one after the other, the last one for ever.
class Service {
 public:
  Service() : Service(at("2024-03-01T10:20Z")) {}
  explicit Service(Instant now) : clock(now) {
    const auto real = os::RealClock().now();
    auto authority = os::CertificateAuthority::create(folder_ / "ca", real);
    EXPECT_THAT(authority, os::testing::IsOk());
    files_ = {.ca = folder_ / "ca" / "ca.crt",
              .certificate = folder_ / "s.crt",
              .key = folder_ / "s.key"};
    EXPECT_THAT(authority->issue({.role = "web", .name = "localhost", .addresses = {"127.0.0.1"}},
                                 files_, real),
                os::testing::IsOk());
    server_ = std::make_unique<os::testing::WebServer>(
        [this](const os::testing::SeenRequest& request) { return answer(request); }, files_);
  }

  void on(const std::string& path, os::testing::WebAnswer answer) {
    const std::scoped_lock lock(mutex_);
    answers_[path].push_back(std::move(answer));
  }
  void on(const std::string& path, const std::string& body) { on(path, {.body = body}); }
  void forget(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    answers_.erase(path);
  }

  // "path?query" of every request so far.
  [[nodiscard]] std::vector<std::string> targets() const {
    std::vector<std::string> all;
    for (const auto& request : server_->seen()) {
      all.push_back(request.target());
    }
    return all;
  }
  [[nodiscard]] std::vector<os::testing::SeenRequest> seen() const { return server_->seen(); }

  Outside outside() {
    auto made = os::WebClient::make({.base_url = server_->url(),
                                     .ca_file = files_.ca,
                                     .read_timeout = std::chrono::milliseconds{200},
                                     .call_timeout = std::chrono::seconds{2},
                                     .body_limit = Bytes{1 << 20}});
    EXPECT_THAT(made, os::testing::IsOk());
    auto client = std::make_shared<os::WebClient>(*std::move(made));
    return {.get = [client](const os::WebRequest& request) { return client->get(request); },
            .clock = &clock,
            .wait =
                [this](Duration span) {
                  waits.push_back(span);
                  clock.advance(span);
                  return true;
                },
            .chance = [] { return 0.5; }};
  }

  std::unique_ptr<Provider> provider(const std::string& type) {
    auto settings = completed({.name = "test-" + type,
                               .type = type,
                               .path_prefix = "",
                               .auth_header = "",
                               .token = kTestToken,
                               .username = "me",
                               .password = "my-passw0rd",
                               .source = ""});
    EXPECT_THAT(settings, os::testing::IsOk());
    auto made = make_provider(*settings, outside());
    EXPECT_THAT(made, os::testing::IsOk());
    return *std::move(made);
  }

  [[nodiscard]] std::string url() const { return server_->url(); }
  [[nodiscard]] const os::TlsFiles& files() const { return files_; }

  ManualClock clock;
  std::vector<Duration> waits;

 private:
  os::testing::WebAnswer answer(const os::testing::SeenRequest& request) {
    const std::scoped_lock lock(mutex_);
    const auto found = answers_.find(request.path);
    if (found == answers_.end()) {
      return {.status = 404, .body = R"({"error":"no such path"})"};
    }
    auto answer = found->second.front();
    if (found->second.size() > 1) {
      found->second.pop_front();
    }
    return answer;
  }

  os::testing::TempDir folder_;
  os::TlsFiles files_;
  std::mutex mutex_;  // of answers_
  std::map<std::string, std::deque<os::testing::WebAnswer>> answers_;
  std::unique_ptr<os::testing::WebServer> server_;  // last: it uses the others
};

}  // namespace drover::carbon::gridapi
