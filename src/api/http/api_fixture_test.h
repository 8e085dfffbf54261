// An API over a store in memory, asked without a server. "Now" is 2025-06-05T10:30:00Z; the hour of
// day h of zone DE is 100 + h g/kWh on every day from 1 June on.
#pragma once

#include <algorithm>
#include <format>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/http/carbon_routes.h"
#include "api/store/served_carbon.h"
#include "carbon/testing/memory_store.h"
#include "carbon/testing/times.h"

namespace drover::api::testing {

using carbon::testing::at;
using carbon::testing::hourly;
using carbon::testing::kGap;
using nlohmann::json;
using os::HttpResponse;

inline constexpr const char* kFirst = "2025-06-01T00:00:00Z";
inline constexpr const char* kNow = "2025-06-05T10:30:00Z";

// `hours` of a day that repeats.
inline carbon::Series daily(const std::string& zone, double base, int hours) {
  carbon::Series series = hourly(zone, kFirst, {});
  for (int hour = 0; hour < hours; ++hour) {
    series.values.emplace_back(Intensity::grams_per_kwh(base + hour % 24));
  }
  return series;
}

// A connection to a store that others use too.
class Connection final : public carbon::Store {
 public:
  explicit Connection(carbon::Store& store) : store_(store) {}
  Result<carbon::ImportReport> write(const std::vector<carbon::Series>& series,
                                     Instant now) override {
    return store_.write(series, now);
  }
  Result<carbon::Series> read(const carbon::SeriesQuery& query) override {
    return store_.read(query);
  }
  Result<std::vector<carbon::ZoneSummary>> zones() override { return store_.zones(); }
  Result<std::int64_t> write_forecasts(
      const std::vector<carbon::ProviderForecast>& forecasts) override {
    return store_.write_forecasts(forecasts);
  }
  Result<std::vector<carbon::ProviderForecast>> read_forecasts(
      const carbon::SeriesQuery& query) override {
    return store_.read_forecasts(query);
  }

 private:
  carbon::Store& store_;
};

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() {
    constexpr int kKnown = 4 * 24 + 10;  // to the hour before this one
    write(daily("DE", 100, kKnown));
    write(daily("FR", 50, kKnown));
    carbon::Series punched = daily("GAP", 200, kKnown);
    punched.values[30].reset();
    punched.values[31].reset();
    punched.estimated.assign(punched.values.size(), false);
    punched.estimated[32] = true;
    write(punched);
    carbon::Series ended = daily("OLD", 300, 24);
    write(ended);
    carbon::Series imported = daily("FLOW", 10, kKnown);
    imported.basis = carbon::Basis::kConsumption;
    write(imported);
    carbon::Series second = daily("TWO", 70, kKnown);
    write(second);
    second.source = "other";
    write(second);
    carbon::Series whole = daily("DE", 500, kKnown);
    whole.scope = carbon::Scope::kLifecycle;
    write(whole);
  }

  void write(const carbon::Series& series) {
    const auto written = store_.write({series}, at(kNow));
    ASSERT_TRUE(written) << written.error().what;
  }

  // As the server would hand it on. The path's query must not need decoding.
  HttpResponse ask(const std::string& method, const std::string& target,
                   const std::string& body = "",
                   const std::map<std::string, std::string>& headers = {}) {
    os::HttpRequest request{.method = method, .headers = headers, .body = body};
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    std::string query = question == std::string::npos ? "" : target.substr(question + 1);
    while (!query.empty()) {
      const auto end = std::min(query.find('&'), query.size());
      const auto pair = query.substr(0, end);
      const auto equals = std::min(pair.find('='), pair.size());
      request.query.emplace(pair.substr(0, equals),
                            equals < pair.size() ? pair.substr(equals + 1) : "");
      query.erase(0, end + 1);
    }
    return route(request);
  }
  HttpResponse get(const std::string& target,
                   const std::map<std::string, std::string>& headers = {}) {
    return ask("GET", target, "", headers);
  }
  HttpResponse post(const std::string& target, const std::string& body) {
    return ask("POST", target, body);
  }

  HttpResponse route(os::HttpRequest request) {
    constexpr std::string_view kZone = ":zone";
    for (const auto& one : carbon_routes()) {
      const auto place = one.path.find(kZone);
      const auto head = one.path.substr(0, place);
      const auto tail =
          place == std::string_view::npos ? "" : one.path.substr(place + kZone.size());
      const bool fits = place == std::string_view::npos
                            ? request.path == one.path
                            : request.path.starts_with(head) && request.path.ends_with(tail) &&
                                  request.path.size() > head.size() + tail.size();
      if (one.method == request.method && fits) {
        if (place != std::string_view::npos) {
          request.path_params["zone"] =
              request.path.substr(head.size(), request.path.size() - head.size() - tail.size());
        }
        return answer({.data = data_, .clock = clock_, .otherwise = otherwise_}, one, request);
      }
    }
    ADD_FAILURE() << "no route for " << request.method << " " << request.path;
    return {};
  }

  // The body of an answer with that status.
  json body_of(const HttpResponse& response, int status = 200) {
    EXPECT_EQ(response.status, status) << response.body;
    auto parsed = json::parse(response.body, nullptr, false);
    EXPECT_FALSE(parsed.is_discarded()) << response.body;
    return parsed;
  }

  // A refusal that names the parameter and says the text.
  void expect_problem(const HttpResponse& response, int status, const std::string& parameter,
                      const std::string& text) {
    EXPECT_EQ(response.content_type, "application/problem+json");
    const auto body = body_of(response, status);
    EXPECT_EQ(body.value("status", 0), status);
    EXPECT_TRUE(body.value("detail", "").contains(text)) << body;
    EXPECT_EQ(parameter.empty(), body["errors"].empty()) << body;
    EXPECT_TRUE(parameter.empty() || body["errors"].contains(parameter)) << body;
    EXPECT_EQ(response.headers.at("Cache-Control"), "no-store");
  }

  carbon::testing::MemoryStore store_;
  ManualClock clock_{at(kNow)};
  Quantity otherwise_;
  ServedCarbon data_{[this]() -> Result<std::unique_ptr<carbon::Store>> {
                       return std::make_unique<Connection>(store_);
                     },
                     clock_};
};

}  // namespace drover::api::testing
