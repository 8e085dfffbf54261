// /api/v1/carbon: zones, what is known, what is expected; and what all routes share.
#include <set>

#include "api/http/api_fixture_test.h"
#include "api/http/openapi.h"

namespace drover::api::testing {
namespace {

class OwnRoutes : public ApiTest {};

constexpr const char* kZones = "/api/v1/carbon/zones";

std::string of(const std::string& zone, const std::string& rest) {
  return std::string(kZones) + "/" + zone + "/" + rest;
}

TEST_F(OwnRoutes, ZonesAreListedInOrder) {
  const auto body = body_of(get(kZones));
  ASSERT_EQ(body["zones"].size(), 8U);
  EXPECT_TRUE(body["next"].is_null());
  EXPECT_EQ(body["zones"][0], json::parse(R"({
    "zone": "DE", "kind": "average", "scope": "direct", "basis": "unstated", "source": "test",
    "synthetic": false, "first": "2025-06-01T00:00:00Z", "end": "2025-06-05T10:00:00Z",
    "step_s": 3600.0, "points": 106, "gaps": 0, "forecasts": 0})"));
  EXPECT_EQ(body["zones"][1]["scope"], "lifecycle");
  EXPECT_EQ(body["zones"][4]["gaps"], 2);
}

TEST_F(OwnRoutes, PagesShowEverythingOnceHoweverTheDataGrow) {
  std::vector<std::string> seen;
  std::string cursor;
  for (int page = 0; page < 10; ++page) {
    const auto body = body_of(get(std::string(kZones) + "?limit=3&cursor=" + cursor));
    for (const auto& zone : body["zones"]) {
      seen.push_back(zone["zone"].get<std::string>() + zone["scope"].get<std::string>() +
                     zone["source"].get<std::string>());
    }
    if (body["next"].is_null()) {
      break;
    }
    cursor = body["next"];
    write(daily(std::format("A{}", page), 1, 24));  // before every cursor
    clock_.advance(std::chrono::seconds{6});        // longer than zones are remembered
  }
  EXPECT_EQ(seen.size(), 8U);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 8U);
}

TEST_F(OwnRoutes, ZonesAreFiltered) {
  EXPECT_EQ(body_of(get(std::string(kZones) + "?scope=lifecycle"))["zones"].size(), 1U);
  EXPECT_EQ(body_of(get(std::string(kZones) + "?source=other"))["zones"].size(), 1U);
  EXPECT_EQ(body_of(get(std::string(kZones) + "?kind=marginal"))["zones"].size(), 0U);
  EXPECT_EQ(body_of(get(std::string(kZones) + "?scope=direct&limit=7"))["next"], nullptr);
}

TEST_F(OwnRoutes, WrongPagesAreRefused) {
  expect_problem(get(std::string(kZones) + "?limit=0"), 400, "limit", "from 1 to 1000");
  expect_problem(get(std::string(kZones) + "?limit=1001"), 400, "limit", "'1001'");
  expect_problem(get(std::string(kZones) + "?limit=x"), 400, "limit", "'x' is not a whole number");
  expect_problem(get(std::string(kZones) + "?cursor=00"), 400, "cursor", "'00' is not a cursor");
  expect_problem(get(std::string(kZones) + "?cursor=4.average.direct.unstated.00"), 400, "cursor",
                 "is not a cursor");
  expect_problem(get(std::string(kZones) + "?scope=wide"), 400, "scope", "unknown scope 'wide'");
  expect_problem(get(std::string(kZones) + "?sorce=x"), 400, "sorce", "did you mean 'source'");
}

TEST_F(OwnRoutes, WhatIsKnownHasGapsAndMarks) {
  const auto response =
      get(of("GAP", "intensity?from=2025-06-02T05:00:00Z&to=2025-06-02T10:00:00Z"));
  EXPECT_EQ(body_of(response), json::parse(R"({
    "zone": "GAP", "kind": "average", "scope": "direct", "basis": "unstated", "reported": "all",
    "source": "test", "synthetic": false, "step_s": 3600.0, "start": "2025-06-02T05:00:00Z",
    "end": "2025-06-02T10:00:00Z", "values_g_per_kwh": [205, null, null, 208, 209],
    "estimated": [false, false, false, true, false]})"));
  EXPECT_EQ(response.headers.at("Cache-Control"), "max-age=60");
  const auto measured = body_of(get(
      of("GAP", "intensity?from=2025-06-02T07:10:00Z&to=2025-06-02T09:10:00Z&reported=measured")));
  EXPECT_EQ(measured["values_g_per_kwh"], json::parse("[null, null, 209]"));
  EXPECT_EQ(measured["reported"], "measured");
}

TEST_F(OwnRoutes, NothingIsKnownOfTheFuture) {
  write(daily("DE", 100, 24 * 10));
  const auto body =
      body_of(get(of("DE", "intensity?from=2025-06-05T09:00:00Z&to=2025-06-05T13:00:00Z")));
  EXPECT_EQ(body["values_g_per_kwh"], json::parse("[109, 110, null, null]"));
  EXPECT_EQ(body_of(get(of("DE", "intensity")))["at"], "2025-06-05T10:00:00Z");
}

TEST_F(OwnRoutes, AnEarlierVersionCanBeAskedFor) {
  carbon::Series revised = hourly("DE", kFirst, {999});
  write(revised);
  const std::string window = "intensity?from=2025-06-01T00:00:00Z&to=2025-06-01T01:00:00Z";
  EXPECT_EQ(body_of(get(of("DE", window)))["values_g_per_kwh"][0], 999);
  EXPECT_EQ(
      body_of(get(of("DE", window + "&known_at=2025-06-02T00:00:00Z")))["values_g_per_kwh"][0],
      100);
  EXPECT_EQ(
      body_of(get(of("DE", window + "&known_at=2025-05-02T00:00:00Z")))["values_g_per_kwh"][0],
      nullptr);
}

TEST_F(OwnRoutes, TheLatestValueHasItsAge) {
  const auto response = get(of("OLD", "intensity"));
  EXPECT_EQ(body_of(response), json::parse(R"({
    "zone": "OLD", "kind": "average", "scope": "direct", "basis": "unstated", "reported": "all",
    "source": "test", "synthetic": false, "step_s": 3600.0, "at": "2025-06-01T23:00:00Z",
    "value_g_per_kwh": 323, "estimated": false, "age_s": 297000})"));
  EXPECT_EQ(response.headers.at("Cache-Control"), "no-cache");
  EXPECT_EQ(body_of(get(of("DE", "intensity")))["age_s"], 1800);
  EXPECT_EQ(body_of(get(of("GAP", "intensity?reported=estimated")))["at"], "2025-06-02T08:00:00Z");
  expect_problem(get(of("DE", "intensity?reported=estimated")), 404, "",
                 "no such value of zone DE");
}

TEST_F(OwnRoutes, WrongQuestionsNameTheParameterTheValueAndTheWayOut) {
  const std::string day = "from=2025-06-01T00:00:00Z&to=2025-06-02T00:00:00Z";
  expect_problem(get(of("EN", "intensity?" + day)), 404, "zone", "known: DE, FLOW");
  expect_problem(get(of("TWO", "intensity?" + day)), 400, "source", "'other'");
  EXPECT_EQ(get(of("TWO", "intensity?source=other&" + day)).status, 200);
  expect_problem(get(of("DE", "intensity?to=2025-06-01T00:00:00Z")), 400, "from", "is missing");
  expect_problem(get(of("DE", "intensity?from=yesterday")), 400, "from",
                 "'yesterday' is not a time");
  expect_problem(get(of("DE", "intensity?" + day + "&from=2025-06-01T00:00:00Z")), 400, "from",
                 "more than once");
  expect_problem(get(of("DE", "intensity?from=2025-06-02T00:00:00Z&to=2025-06-01T00:00:00Z")), 400,
                 "to", "does not lie after from");
  expect_problem(get(of("DE", "intensity?from=2005-06-02T00:00:00Z&to=2025-06-01T00:00:00Z")), 400,
                 "to", "at most 87840");
  EXPECT_EQ(get(of("DE", "intensity?from=2015-06-01T00:00:00Z&to=2025-06-01T00:00:00Z")).status,
            200);
  expect_problem(get(of(std::string(300, 'x'), "intensity")), 400, "zone", "1 to 256 bytes");
  expect_problem(get(of("DE", "intensity?source=" + std::string(300, 'x'))), 400, "source", "300");
  expect_problem(get(of("DE", "intensity?kind=big")), 400, "kind", "'big'");
  expect_problem(get(of("DE", "intensity?basis=flow")), 400, "basis", "'flow'");
  std::string many = "intensity?";
  for (int i = 0; i < 201; ++i) {
    many += "kind=average&";
  }
  expect_problem(get(of("DE", many)), 400, "query", "201 parameters; at most 200");
}

TEST_F(OwnRoutes, ForecastsSayWhenWhoAndWhat) {
  const auto response = get(of("DE", "forecast?hours=3&model=seasonal-naive-24h"));
  auto body = body_of(response);
  for (const auto* interval : {"level", "low_g_per_kwh", "high_g_per_kwh"}) {
    EXPECT_EQ(body.erase(interval), 1U) << interval;  // AFallbackAndAnIntervalAreTold
  }
  EXPECT_EQ(body, json::parse(R"({
    "zone": "DE", "kind": "average", "scope": "direct", "basis": "unstated", "source": "test",
    "synthetic": false, "step_s": 3600.0, "issued": "2025-06-05T10:00:00Z",
    "end": "2025-06-05T13:00:00Z", "model": "seasonal-naive-24h", "fallback": null,
    "mean_g_per_kwh": [110, 111, 112]})"));
  EXPECT_EQ(response.headers.at("Last-Modified"), "Thu, 05 Jun 2025 10:00:00 GMT");
  EXPECT_EQ(response.headers.at("Cache-Control"), "no-cache");
  const auto other = body_of(
      get(of("DE", "forecast?at=2025-06-03T05:59:00Z&model=persistence&scope=lifecycle&hours=1")));
  EXPECT_EQ(other["issued"], "2025-06-03T05:00:00Z");
  EXPECT_EQ(other["mean_g_per_kwh"], json::parse("[504]"));
  EXPECT_EQ(body_of(get(of("DE", "forecast")))["mean_g_per_kwh"].size(), 24U);
}

// Four days are too few for the model that is used when nobody says which.
TEST_F(OwnRoutes, AFallbackAndAnIntervalAreTold) {
  const auto body = body_of(get(of("DE", "forecast?hours=3")));
  EXPECT_TRUE(body["fallback"].is_string()) << body;
  EXPECT_GT(body["level"], 0.5);
  for (std::size_t lead = 0; lead < 3; ++lead) {
    EXPECT_LE(body["low_g_per_kwh"][lead], body["mean_g_per_kwh"][lead]);
    EXPECT_LE(body["mean_g_per_kwh"][lead], body["high_g_per_kwh"][lead]);
  }
  EXPECT_EQ(body["low_g_per_kwh"].size(), 3U);
}

TEST_F(OwnRoutes, APastForecastIsMadeOfWhatWasKnownThen) {
  carbon::Series late = hourly("DE", "2025-06-03T04:00:00Z", {9999 / 10.0});
  write(late);  // known from `now` on
  const auto asked = of("DE", "forecast?at=2025-06-03T05:00:00Z&model=persistence&hours=1");
  EXPECT_EQ(body_of(get(asked))["mean_g_per_kwh"], json::parse("[104]"));
}

TEST_F(OwnRoutes, WrongForecastsAreRefused) {
  expect_problem(get(of("DE", "forecast?at=2025-06-05T11:00:00Z")), 400, "at", "lies after now");
  expect_problem(get(of("DE", "forecast?hours=745")), 400, "hours", "from 1 to 744");
  expect_problem(get(of("DE", "forecast?hours=1.5")), 400, "hours", "'1.5'");
  expect_problem(get(of("DE", "forecast?model=season")), 400, "model", "'season'");
  expect_problem(get(of("OLD", "forecast")), 409, "", "OLD");
  expect_problem(get(of("DE", "forecast?at=2025-06-01T00:00:00Z")), 409, "", "begin at");
  expect_problem(get(of("XX", "forecast")), 404, "zone", "XX");
}

TEST_F(OwnRoutes, AnAnswerThatTheClientHasIsNotSentAgain) {
  const auto target = of("DE", "forecast?hours=3");
  const auto first = get(target);
  const auto tag = first.headers.at("ETag");
  EXPECT_TRUE(tag.starts_with('"') && tag.ends_with('"')) << tag;
  for (const auto& header : {tag, "W/" + tag, "\"x\", " + tag + " ,\"y\"", std::string("*")}) {
    const auto again = get(target, {{"if-none-match", header}});
    EXPECT_EQ(again.status, 304) << header;
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(again.headers.at("ETag"), tag);
    EXPECT_EQ(again.headers.at("Cache-Control"), "no-cache");
  }
  EXPECT_EQ(get(target, {{"if-none-match", "\"x\""}}).body, first.body);
  clock_.advance(std::chrono::hours{1});
  EXPECT_EQ(get(target, {{"if-none-match", tag}}).status, 200);
  EXPECT_FALSE(post("/", R"({"duration":1})").headers.contains("ETag"));
}

TEST_F(OwnRoutes, MadeUpDataAreCalledSo) {
  EXPECT_FALSE(get(kZones).headers.contains("Drover-Synthetic"));
  write(daily("SYN-DE", 100, 24 * 4 + 10));
  clock_.advance(std::chrono::seconds{6});
  EXPECT_EQ(get(kZones).headers.at("Drover-Synthetic"), "true");
  for (const auto* route : {"intensity", "forecast"}) {
    const auto response = get(of("SYN-DE", route));
    EXPECT_EQ(response.headers.at("Drover-Synthetic"), "true") << route;
    EXPECT_EQ(body_of(response)["synthetic"], true) << route;
  }
  EXPECT_EQ(get("/emissions/bylocation?location=SYN-DE").headers.at("Drover-Synthetic"), "true");
  EXPECT_FALSE(get("/emissions/bylocation?location=DE").headers.contains("Drover-Synthetic"));
}

TEST_F(OwnRoutes, TheDocumentAndTheRoutesAreTheSame) {
  std::set<std::string> served;
  for (const auto& route : carbon_routes()) {
    std::string path(route.path);
    if (const auto zone = path.find(":zone"); zone != std::string::npos) {
      path.replace(zone, 5, "{zone}");
    }
    served.insert((route.method == "GET" ? "get " : "post ") + path);
  }
  std::set<std::string> described;
  const auto document = json::parse(openapi());
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      described.insert(method + " " + path);
      const bool open = operation.contains("security") && operation["security"].empty();
      const bool really = std::ranges::any_of(carbon_routes(), [&](const CarbonRoute& route) {
        return route.open && route.path == path;
      });
      EXPECT_EQ(open, really) << path;
    }
  }
  EXPECT_EQ(served, described);
  EXPECT_EQ(get("/openapi.json").body, openapi());
}

TEST_F(OwnRoutes, HealthIsWhetherTheDataCanBeRead) {
  EXPECT_EQ(body_of(get("/healthz")), json::parse(R"({"status": "ok", "series": 8})"));
  ServedCarbon broken([]() -> Result<std::unique_ptr<carbon::Store>> { return not_found("gone"); },
                      clock_);
  const auto& route = carbon_routes().back();
  ASSERT_EQ(route.path, "/healthz");
  expect_problem(
      answer({.data = broken, .clock = clock_, .otherwise = {}}, route, {.method = "GET"}), 503, "",
      "gone");
}

}  // namespace
}  // namespace drover::api::testing
