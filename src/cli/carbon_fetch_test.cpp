// `drover carbon fetch` against a server on loopback, over TLS.
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <format>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/carbon_fetch_report.h"
#include "cli/run_carbon_test.h"
#include "os/clock.h"
#include "os/testing/tls_fixture.h"
#include "os/testing/web_server.h"

namespace drover::cli {
namespace {

using nlohmann::json;
using os::testing::SeenRequest;
using os::testing::WebAnswer;
using testing::Outcome;

constexpr const char* kSecret = "s3cret-t0ken";

Instant this_hour() { return std::chrono::floor<std::chrono::hours>(os::RealClock().now()); }

std::string hours_of(const char* list, Instant first, int count, double value) {
  std::string points;
  for (int i = 0; i < count; ++i) {
    points += std::format(R"({}{{"datetime":"{}","carbonIntensity":{}}})", i == 0 ? "" : ",",
                          format_time(first + std::chrono::hours{i}), value + i);
  }
  return std::format(R"({{"zone":"DE","temporalGranularity":"hourly","{}":[{}]}})", list, points);
}

class CarbonFetch : public ::testing::Test {
 protected:
  CarbonFetch() {
    const auto now = os::RealClock().now();
    auto authority = os::CertificateAuthority::create(folder_ / "ca", now);
    EXPECT_THAT(authority, os::testing::IsOk());
    files_ = {.ca = folder_ / "ca" / "ca.crt",
              .certificate = folder_ / "s.crt",
              .key = folder_ / "s.key"};
    EXPECT_THAT(authority->issue({.role = "web", .name = "localhost", .addresses = {"127.0.0.1"}},
                                 files_, now),
                os::testing::IsOk());
    server_ = std::make_unique<os::testing::WebServer>(
        [this](const SeenRequest& request) { return answer(request); }, files_);
    std::ofstream(path("em.key")) << kSecret;
    std::filesystem::permissions(path("em.key"), std::filesystem::perms::owner_read);
    std::ofstream(path("carbon.yaml"))
        << std::format(R"(
providers:
  - type: electricitymaps
    base_url: {}
    ca_file: {}
    token_file: em.key
    zones: [{{zone: GER, id: DE}}]
  - name: other
    type: electricitymaps
    base_url: {}
    path_prefix: /other
    ca_file: {}
    token_file: em.key
    zones: [{{zone: XX, id: DE}}]
)",
                       server_->url(), files_.ca.string(), server_->url(), files_.ca.string());
  }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

  WebAnswer answer(const SeenRequest& request) {
    if (request.headers.at("auth-token") != kSecret || request.path.starts_with("/other")) {
      return {.status = 401, .body = std::format(R"({{"error":"bad key {}"}})", kSecret)};
    }
    if (request.path.ends_with("/history")) {
      return {.body = hours_of("history", this_hour() - std::chrono::hours{24}, 24, first_value_)};
    }
    if (request.path.ends_with("/past-range")) {
      return {.body = hours_of("data", parse_time("2024-01-01").value(), 48, 1)};
    }
    if (request.path.ends_with("/forecast")) {
      return {.body = hours_of("forecast", this_hour(), 24, 500)};
    }
    return {.body = std::format(
                R"({{"zone":"DE","datetime":"{}","carbonIntensity":450,"isEstimated":true}})",
                format_time(this_hour()))};
  }

  Outcome run(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"fetch", "--config", path("carbon.yaml"), "--store",
                                          path("c.db")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_words(arguments);
  }

  static Outcome run_words(std::vector<std::string> arguments) {
    return testing::run_carbon(std::move(arguments));
  }

  os::testing::TempDir folder_;
  os::TlsFiles files_;
  std::atomic<double> first_value_ = 300;
  std::unique_ptr<os::testing::WebServer> server_;
};

TEST_F(CarbonFetch, StoresValuesAndForecastsAndSaysWhatWasNew) {
  const auto first = run({"--zones", "GER", "--json"});
  ASSERT_TRUE(first.result) << first.result.error().what;
  EXPECT_EQ(*first.result, kExitOk);
  const auto feed = json::parse(first.out)["feeds"][0];
  EXPECT_EQ(feed["zone"], "GER");
  EXPECT_EQ(feed["inserted"], 25);
  EXPECT_EQ(feed["forecasts"], 1);
  EXPECT_EQ(feed["state"], "ok");
  EXPECT_EQ(feed["last"]["g_per_kwh"], 450);
  EXPECT_EQ(feed["last"]["estimated"], true);
  first_value_ = 301;
  const auto second = json::parse(run({"--zones", "GER", "--json"}).out)["feeds"][0];
  EXPECT_EQ(second["inserted"], 0);
  EXPECT_EQ(second["revised"], 24);
  EXPECT_EQ(second["unchanged"], 1);
  const auto listed = run_words({"list", "--store", path("c.db"), "--json"});
  EXPECT_EQ(json::parse(listed.out)["zones"][0]["zone"], "GER");
}

TEST_F(CarbonFetch, OneProviderThatFailsIsToldAndTheOtherIsStored) {
  const auto both = run({});
  ASSERT_TRUE(both.result) << both.result.error().what;
  EXPECT_EQ(*both.result, kExitFailed);
  EXPECT_TRUE(both.out.contains("GER   electricitymaps  direct  25")) << both.out;
  EXPECT_TRUE(both.out.contains("other: zone XX, direct: the service answers 401: 'bad key ***'"))
      << both.out;
  EXPECT_FALSE(both.out.contains(kSecret)) << both.out;
  const auto only = run({"--zones", "XX"});
  ASSERT_TRUE(only.result);
  EXPECT_EQ(*only.result, kExitInvalid);
}

TEST_F(CarbonFetch, HistoryIsFetchedForASpan) {
  const auto history =
      run({"--zones", "GER", "--from", "2024-01-01", "--to", "2024-01-03", "--json"});
  ASSERT_TRUE(history.result) << history.result.error().what;
  EXPECT_EQ(*history.result, kExitOk);
  EXPECT_EQ(json::parse(history.out)["feeds"][0]["inserted"], 48);
  EXPECT_EQ(server_->seen().size(), 1);
}

TEST_F(CarbonFetch, WrongUsageIsToldBeforeAnythingIsAsked) {
  EXPECT_THAT(run({"--zones", "GRE"}).result,
              os::testing::FailsWith(Code::kNotFound, "did you mean 'GER'"));
  EXPECT_THAT(run({"--from", "tomorrow"}).result, os::testing::FailsWith(Code::kInvalid, "--from"));
  EXPECT_THAT(run({"--from", "2024-01-02", "--to", "2024-01-01"}).result,
              os::testing::FailsWith(Code::kInvalid, "is not before"));
  EXPECT_THAT(run({"--every", "often"}).result,
              os::testing::FailsWith(Code::kInvalid, "--every: 'often'"));
  EXPECT_FALSE(run({"--every", "1h", "--once"}).result);
  EXPECT_FALSE(run({"--every", "1h", "--from", "2024-01-01"}).result);
  EXPECT_TRUE(server_->seen().empty());
}

TEST_F(CarbonFetch, GoesOnUntilASignalComes) {
  // Blocked and sent here: threads that were there before would take one for the whole process.
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, &set, nullptr), 0);
  std::jthread stopper([this, waiting = ::pthread_self()](const std::stop_token& stop) {
    constexpr std::size_t kFirstTurn = 3;
    while (server_->seen().size() < kFirstTurn && os::pause_for(Duration{5}, stop)) {
    }
    ::pthread_kill(waiting, SIGTERM);
  });
  const auto kept = run({"--zones", "GER", "--every", "1h", "--json"});
  ASSERT_TRUE(kept.result) << kept.result.error().what;
  EXPECT_EQ(*kept.result, kExitOk);
  EXPECT_EQ(std::ranges::count(kept.out, '\n'), 1) << kept.out;
  EXPECT_EQ(json::parse(kept.out)["feeds"][0]["inserted"], 25);
}

TEST(AgeText, HasTwoUnitsAtMost) {
  using std::chrono::minutes;
  using std::chrono::seconds;
  EXPECT_EQ(age_text(seconds{59}), "59 s");
  EXPECT_EQ(age_text(minutes{59}), "59 min");
  EXPECT_EQ(age_text(minutes{200}), "3 h 20 min");
  EXPECT_EQ(age_text(minutes{3000}), "2 d 2 h");
  EXPECT_EQ(age_text(-minutes{1}), "under way");
}

}  // namespace
}  // namespace drover::cli
