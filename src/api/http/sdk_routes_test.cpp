// The Carbon Aware SDK's routes and KubeFlex's: shapes to the letter, and what they mean.
#include "api/http/api_fixture_test.h"

namespace drover::api::testing {
namespace {

class SdkRoutes : public ApiTest {};

constexpr const char* kEmissions = "/emissions/bylocation";
constexpr const char* kCurrent = "/emissions/forecasts/current";
constexpr const char* kAverage = "/emissions/average-carbon-intensity";

TEST_F(SdkRoutes, EmissionsAreTheStepsThatOverlap) {
  const auto response = get(std::string(kEmissions) +
                            "?location=DE&time=2025-06-02T05:30:00Z&toTime=2025-06-02T07:00:00Z");
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body,
            R"([{"location":"DE","time":"2025-06-02T05:00:00Z","rating":105.0,)"
            R"("duration":"01:00:00"},{"location":"DE","time":"2025-06-02T06:00:00Z",)"
            R"("rating":106.0,"duration":"01:00:00"}])");
}

TEST_F(SdkRoutes, WithoutTimesTheLatestAndWithOneTheStepThatHoldsIt) {
  EXPECT_EQ(body_of(get(std::string(kEmissions) + "?location=DE"))[0]["time"],
            "2025-06-05T09:00:00Z");
  const auto one = body_of(get(std::string(kEmissions) + "?Location=DE&TIME=2025-06-02T05:30:00Z"));
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0]["time"], "2025-06-02T05:00:00Z");
}

TEST_F(SdkRoutes, BothNamesOfLocationsAreRead) {
  const auto body = body_of(get(
      "/emissions/bylocations?location=DE&locations=FR&location=OLD&time=2025-06-01T05:00:00Z"));
  ASSERT_EQ(body.size(), 3U);
  EXPECT_EQ(body[0]["location"], "DE");
  EXPECT_EQ(body[1]["location"], "OLD");
  EXPECT_EQ(body[2]["location"], "FR");
}

TEST_F(SdkRoutes, NothingKnownIsNoContent) {
  for (const auto* target :
       {"/emissions/bylocation?location=GAP&time=2025-06-02T06:10:00Z",
        "/emissions/bylocations?location=OLD&time=2025-06-04T00:00:00Z",
        "/emissions/bylocations/best?location=OLD&time=2025-06-04T00:00:00Z",
        "/emissions/average-carbon-intensity?location=OLD&startTime=2025-06-03T00:00:00Z&"
        "endTime=2025-06-03T01:00:00Z"}) {
    const auto response = get(target);
    EXPECT_EQ(response.status, 204) << target;
    EXPECT_EQ(response.body, "");
  }
}

TEST_F(SdkRoutes, BestIsAllMinima) {
  const auto body =
      body_of(get("/emissions/bylocations/best?location=DE&location=FR&time=2025-06-02T00:00:00Z&"
                  "toTime=2025-06-04T00:00:00Z"));
  EXPECT_EQ(body, json::parse(R"([
    {"location": "FR", "time": "2025-06-02T00:00:00Z", "rating": 50, "duration": "01:00:00"},
    {"location": "FR", "time": "2025-06-03T00:00:00Z", "rating": 50, "duration": "01:00:00"}])"));
  expect_problem(get("/emissions/bylocations/best?location=DE&location=FLOW"), 400, "location",
                 "they do not compare");
}

TEST_F(SdkRoutes, WrongEmissionsAreProblems) {
  expect_problem(get(kEmissions), 400, "location", "is missing");
  expect_problem(get(std::string(kEmissions) + "?location="), 400, "location", "1 to 256 bytes");
  expect_problem(get(std::string(kEmissions) + "?location=DE&location=FR"), 400, "location",
                 "bylocations");
  expect_problem(get(std::string(kEmissions) + "?location=EN"), 400, "location", "DE, F");
  expect_problem(get(std::string(kEmissions) + "?location=TWO"), 400, "source", "several sources");
  expect_problem(get(std::string(kEmissions) + "?location=DE&toTime=2025-06-01T00:00:00Z"), 400,
                 "time", "is missing");
  expect_problem(get(std::string(kEmissions) +
                     "?location=DE&time=2025-06-02T00:00:00Z&toTime=2025-06-01T00:00:00Z"),
                 400, "toTime", "lies before time");
  expect_problem(get(std::string(kEmissions) + "?location=DE&time=x"), 400, "time", "'x'");
  std::string many = "/emissions/bylocations?";
  for (int i = 0; i < 51; ++i) {
    many += "location=DE&";
  }
  expect_problem(get(many), 400, "location", "51 times; at most 50");
  expect_problem(get("/emissions/bylocations?location=DE&location=FR&time=2015-06-02T00:00:00Z&"
                     "toTime=2025-06-01T00:00:00Z"),
                 400, "toTime", "at most 43920");
}

TEST_F(SdkRoutes, ASourceDecidesBetweenTwo) {
  otherwise_.source = "other";
  EXPECT_EQ(get(std::string(kEmissions) + "?location=TWO").status, 200);
}

TEST_F(SdkRoutes, AForecastWithoutAWindowIsItsPoints) {
  const auto response =
      get(std::string(kCurrent) +
          "?location=DE&dataStartAt=2025-06-05T22:00:00Z&dataEndAt=2025-06-06T00:00:00Z");
  EXPECT_EQ(response.body,
            R"([{"generatedAt":"2025-06-05T10:00:00Z","requestedAt":"2025-06-05T10:30:00Z",)"
            R"("location":"DE","dataStartAt":"2025-06-05T22:00:00Z",)"
            R"("dataEndAt":"2025-06-06T00:00:00Z","windowSize":60,"optimalDataPoints":)"
            R"([{"location":"DE","timestamp":"2025-06-05T22:00:00Z","duration":60,"value":122.0}],)"
            R"("forecastData":[{"location":"DE","timestamp":"2025-06-05T22:00:00Z","duration":60,)"
            R"("value":122.0},{"location":"DE","timestamp":"2025-06-05T23:00:00Z","duration":60,)"
            R"("value":123.0}]}])");
}

TEST_F(SdkRoutes, AWindowSlidesByTheStepInsideOfTheBounds) {
  const auto body =
      body_of(get(std::string(kCurrent) + "?location=DE&dataStartAt=2025-06-05T12:30:00Z&"
                                          "dataEndAt=2025-06-05T16:00:00Z&windowSize=90"));
  // 12:30-14:00 is half an hour of 112 and an hour of 113; the third one would end at 16:00.
  EXPECT_EQ(body[0]["forecastData"], json::parse(R"([
    {"location": "DE", "timestamp": "2025-06-05T12:30:00Z", "duration": 90, "value": 112.667},
    {"location": "DE", "timestamp": "2025-06-05T13:30:00Z", "duration": 90, "value": 113.667},
    {"location": "DE", "timestamp": "2025-06-05T14:30:00Z", "duration": 90, "value": 114.667}])"));
  EXPECT_EQ(body[0]["windowSize"], 90);
  EXPECT_EQ(body[0]["optimalDataPoints"].size(), 1U);
}

TEST_F(SdkRoutes, AllTiesAreOptimal) {
  const auto body = body_of(get(std::string(kCurrent) + "?location=DE&location=FR&windowSize=60"));
  ASSERT_EQ(body.size(), 2U);
  for (const auto& forecast : body) {
    EXPECT_EQ(forecast["forecastData"].size(), 96U);
    ASSERT_EQ(forecast["optimalDataPoints"].size(), 4U);  // four midnights
    EXPECT_EQ(forecast["optimalDataPoints"][3]["timestamp"], "2025-06-09T00:00:00Z");
  }
}

TEST_F(SdkRoutes, AWindowThatDoesNotFitHasNoPoints) {
  const auto body = body_of(
      get(std::string(kCurrent) + "?location=DE&dataEndAt=2025-06-05T12:00:00Z&windowSize=180"));
  EXPECT_EQ(body[0]["forecastData"], json::array());
  EXPECT_EQ(body[0]["optimalDataPoints"], json::array());
}

TEST_F(SdkRoutes, WrongForecastsAreProblems) {
  expect_problem(get(kCurrent), 400, "location", "is missing");
  expect_problem(get(std::string(kCurrent) + "?location=DE&dataStartAt=2025-06-05T09:00:00Z"), 400,
                 "dataStartAt", "2025-06-05T10:00:00Z to 2025-06-09T10:00:00Z");
  expect_problem(get(std::string(kCurrent) + "?location=DE&dataEndAt=2025-06-10T09:00:00Z"), 400,
                 "dataEndAt", "outside of the forecast");
  expect_problem(get(std::string(kCurrent) + "?location=DE&dataStartAt=2025-06-06T00:00:00Z&"
                                             "dataEndAt=2025-06-06T00:00:00Z"),
                 400, "dataEndAt", "does not lie after dataStartAt");
  expect_problem(get(std::string(kCurrent) + "?location=DE&windowSize=-5"), 400, "windowSize",
                 "'-5'");
  expect_problem(get(std::string(kCurrent) + "?location=OLD"), 501, "", "OLD");
  expect_problem(get(std::string(kCurrent) + "?location=XX"), 400, "location", "XX");
}

TEST_F(SdkRoutes, PastForecastsAreThoseOfTheirTime) {
  const auto body = body_of(post("/emissions/forecasts/batch", R"([
    {"location": "DE", "requestedAt": "2025-06-03T12:01:00Z", "windowSize": 120,
     "dataStartAt": "2025-06-03T14:00:00Z", "dataEndAt": "2025-06-03T16:00:00Z"},
    {"Location": "FR", "RequestedAt": "2025-06-03T12:01:00Z", "windowSize": null, "more": [1]}])"));
  ASSERT_EQ(body.size(), 2U);
  EXPECT_EQ(body[0]["generatedAt"], "2025-06-03T12:00:00Z");
  EXPECT_EQ(body[0]["requestedAt"], "2025-06-03T12:01:00Z");
  EXPECT_EQ(body[0]["forecastData"], json::parse(R"([
    {"location": "DE", "timestamp": "2025-06-03T14:00:00Z", "duration": 120, "value": 114.5}])"));
  EXPECT_EQ(body[1]["forecastData"].size(), 96U);
}

TEST_F(SdkRoutes, WrongBatchesNameTheItem) {
  const auto batch = [&](const std::string& body) {
    return post("/emissions/forecasts/batch", body);
  };
  for (const auto* body : {"", "{}", "[", "17", "\xff", "{\"a\":[]}"}) {
    expect_problem(batch(body), 400, "body", "is not a list");
  }
  expect_problem(batch("[]"), 400, "body", "has 0 items");
  expect_problem(batch("[1]"), 400, "[0]", "is not an object");
  expect_problem(batch(R"([{"location": 5}])"), 400, "[0].location", "is not a text");
  expect_problem(batch(R"([{"location": "DE"}])"), 400, "[0].requestedAt", "is missing");
  const std::string good = R"({"location": "DE", "requestedAt": "2025-06-03T12:01:00Z"})";
  expect_problem(
      batch("[" + good + R"(,{"location": "XX", "requestedAt": "2025-06-03T12:01:00Z"}])"), 400,
      "[1].location", "XX");
  expect_problem(batch(R"([{"location": "DE", "requestedAt": "2025-06-05T12:01:00Z"}])"), 400,
                 "[0].requestedAt", "lies after now");
  for (const auto* window : {"1.5", "\"5\"", "-1", "18446744073709551615", "44641"}) {
    expect_problem(
        batch(std::format(
            R"([{{"location":"DE","requestedAt":"2025-06-03T12:01:00Z","windowSize":{}}}])",
            window)),
        400, "[0].windowSize", "minutes");
  }
  std::string many = "[" + good;
  for (int i = 0; i < 100; ++i) {
    many += "," + good;
  }
  expect_problem(batch(many + "]"), 400, "body", "has 101 items; 1 to 100");
  EXPECT_EQ(batch(std::string(1 << 20, '[')).status, 400);
}

TEST_F(SdkRoutes, AnAverageIsWeightedByTime) {
  const auto response =
      get(std::string(kAverage) +
          "?location=DE&startTime=2025-06-02T05:30:00Z&endTime=2025-06-02T07:00:00Z");
  EXPECT_EQ(response.body, R"({"location":"DE","startTime":"2025-06-02T05:30:00Z",)"
                           R"("endTime":"2025-06-02T07:00:00Z","carbonIntensity":105.667})");
  EXPECT_FALSE(response.headers.contains("Drover-Imputed"));
}

TEST_F(SdkRoutes, ShortGapsAreFilledAndSaidSo) {
  const auto response =
      get(std::string(kAverage) +
          "?location=GAP&startTime=2025-06-02T06:00:00Z&endTime=2025-06-02T08:00:00Z");
  EXPECT_EQ(body_of(response)["carbonIntensity"], 206.5);
  EXPECT_EQ(response.headers.at("Drover-Imputed"), "2");
}

TEST_F(SdkRoutes, WrongAveragesAreProblems) {
  expect_problem(get(std::string(kAverage) + "?location=DE&startTime=2025-06-02T05:30:00Z"), 400,
                 "endTime", "is missing");
  expect_problem(get(std::string(kAverage) + "?location=DE&startTime=2025-06-02T05:30:00Z&"
                                             "endTime=2025-06-02T05:30:00Z"),
                 400, "endTime", "does not lie after startTime");
  expect_problem(get(std::string(kAverage) + "?location=DE&startTime=2025-06-02T05:30:00Z&"
                                             "endTime=2025-06-07T05:30:00Z"),
                 400, "endTime", "ask for a forecast");
  expect_problem(get(std::string(kAverage) + "?location=DE&startTime=0001-06-02T05:30:00Z&"
                                             "endTime=2025-06-02T05:30:00Z"),
                 400, "endTime", "at most 87840");
}

TEST_F(SdkRoutes, ABatchOfAveragesHasOneLocation) {
  const auto batch = [&](const std::string& body) {
    return post(std::string(kAverage) + "/batch", body);
  };
  const std::string item =
      R"({"location":"OLD","startTime":"2025-06-01T05:00:00Z","endTime":"2025-06-01T06:00:00Z"})";
  EXPECT_EQ(
      batch(
          "[" + item +
          R"(,{"location":"OLD","startTime":"2025-06-03T05:00:00Z","endTime":"2025-06-03T06:00:00Z"}])")
          .body,
      R"([{"location":"OLD","startTime":"2025-06-01T05:00:00Z","endTime":"2025-06-01T06:00:00Z",)"
      R"("carbonIntensity":305.0},{"location":"OLD","startTime":"2025-06-03T05:00:00Z",)"
      R"("endTime":"2025-06-03T06:00:00Z","carbonIntensity":null}])");
  expect_problem(
      batch(
          "[" + item +
          R"(,{"location":"DE","startTime":"2025-06-03T05:00:00Z","endTime":"2025-06-03T06:00:00Z"}])"),
      400, "[1].location", "a batch has one location");
  expect_problem(batch(R"([{"location":"DE","startTime":"x","endTime":"y"}])"), 400,
                 "[0].startTime", "'x' is not a time");
}

TEST_F(SdkRoutes, LocationsAreAnObjectByName) {
  const auto body = get("/locations").body;
  EXPECT_TRUE(body.starts_with(R"({"DE":{"Latitude":null,"Longitude":null,"Name":"DE"},"FLOW":)"))
      << body;
  EXPECT_EQ(json::parse(body).size(), 6U);
}

TEST_F(SdkRoutes, KubeflexGetsTheMinimumOfEachHour) {
  const auto body = body_of(post("/", R"({"duration": 2})"));
  EXPECT_EQ(body["min_forecast"].dump(),
            R"([{"carbon_intensity_direct_avg":60.0,"datetime":"2025-06-05T10:00:00Z",)"
            R"("source":"FR"},{"carbon_intensity_direct_avg":61.0,)"
            R"("datetime":"2025-06-05T11:00:00Z","source":"FR"}])");
  EXPECT_EQ(body["region_forecasts"]["DE"], json::parse(R"([
    {"source": "DE", "datetime": "2025-06-05T10:00:00Z", "carbon_intensity_direct_avg": 110},
    {"source": "DE", "datetime": "2025-06-05T11:00:00Z", "carbon_intensity_direct_avg": 111}])"));
  EXPECT_EQ(body["region_forecasts"].size(), 3U);  // DE, FR, GAP
  EXPECT_TRUE(body["missing"]["TWO"].get<std::string>().contains("several sources"));
  EXPECT_TRUE(body["missing"]["FLOW"].get<std::string>().contains("consumption-based"));
  EXPECT_TRUE(body["missing"].contains("OLD"));
  EXPECT_EQ(body_of(post("/", R"({"duration": 23.5})"))["min_forecast"].size(), 24U);
}

TEST_F(SdkRoutes, WrongDurationsAreProblems) {
  for (const auto* body : {"", "[]", "{}", R"({"duration": "24"})", R"({"duration": null})"}) {
    expect_problem(post("/", body), 400, "duration", "is missing");
  }
  for (const auto* hours : {"0", "-1", "745", "1e300"}) {
    expect_problem(post("/", std::format(R"({{"duration": {}}})", hours)), 400, "duration",
                   "up to 744");
  }
}

}  // namespace
}  // namespace drover::api::testing
