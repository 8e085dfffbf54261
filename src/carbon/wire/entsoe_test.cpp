#include "carbon/wire/entsoe.h"

#include <array>
#include <cstddef>
#include <format>
#include <sstream>
#include <string>
#include <vector>

#include <archive.h>
#include <archive_entry.h>

#include "carbon/wire/entsoe_areas.h"
#include "carbon/wire/expect_test.h"
#include "carbon/wire/unzip.h"

namespace drover::carbon::wire {
namespace {

using testing::at;
using testing::kGap;

WireOptions options() { return {.document = "mix.xml"}; }

struct TypeSeries {
  std::string type;
  std::string points;  // of "position quantity" pairs
  std::string resolution = "PT60M";
  std::string curve = "A01";
  std::string domain = "inBiddingZone_Domain.mRID";
  std::string area = "10YFR-RTE------C";
  std::string start = "2022-03-01T00:00Z";
  std::string end = "2022-03-01T03:00Z";
};

std::string xml(const TypeSeries& one) {
  std::string points;
  std::istringstream in(one.points);
  for (std::string position, quantity; in >> position >> quantity;) {
    points += std::format("<Point><position>{}</position><quantity>{}</quantity></Point>\n",
                          position, quantity);
  }
  return std::format(
      "<TimeSeries><mRID>1</mRID><businessType>A01</businessType>"
      "<{0} codingScheme=\"A01\">{1}</{0}><quantity_Measure_Unit.name>MAW"
      "</quantity_Measure_Unit.name><curveType>{2}</curveType><MktPSRType><psrType>{3}</psrType>"
      "</MktPSRType><Period><timeInterval><start>{4}</start><end>{5}</end></timeInterval>"
      "<resolution>{6}</resolution>{7}</Period></TimeSeries>",
      one.domain, one.area, one.curve, one.type, one.start, one.end, one.resolution, points);
}

std::string document(const std::vector<TypeSeries>& all, std::string_view type = "A75",
                     std::string_view process = "A16") {
  std::string text = std::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<GL_MarketDocument "
      "xmlns=\"urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0\">"
      "<mRID>x</mRID><type>{}</type><process.processType>{}</process.processType>",
      type, process);
  for (const TypeSeries& one : all) {
    text += xml(one);
  }
  return text + "</GL_MarketDocument>";
}

Result<Answer> parse(const std::vector<TypeSeries>& all, const WireOptions& wanted = options()) {
  return parse_entsoe(document(all), wanted);
}

TEST(Entsoe, TheMixTimesItsFactorsIsTheIntensity) {
  const auto answer = parse(
      {{.type = "B04", .points = "1 100 2 0 3 50"}, {.type = "B14", .points = "1 300 2 300 3 50"}});
  ASSERT_TRUE(answer) << answer.error().what;
  ASSERT_EQ(answer->series.size(), 1);
  const Series& series = answer->series[0];
  EXPECT_EQ(series.zone, ZoneId{"FR"});
  EXPECT_EQ(series.start, at("2022-03-01"));
  EXPECT_EQ(series.step, std::chrono::hours{1});
  EXPECT_EQ(series.scope, Scope::kDirect);
  EXPECT_EQ(series.basis, Basis::kProduction);
  EXPECT_EQ(series.source, "entsoe");
  EXPECT_EQ(series.values, grams({370.0 * 100 / 400, 0, 185}));
  WireOptions lifecycle = options();
  lifecycle.scope = Scope::kLifecycle;
  EXPECT_EQ(parse({{.type = "B14", .points = "1 1 2 1 3 1"}}, lifecycle)->series[0].values,
            grams({12, 12, 12}));
}

TEST(Entsoe, PositionsThatAreLeftOutRepeatTheOneBeforeOnlyInCurveA03) {
  const std::vector<TypeSeries> both = {{.type = "B04", .points = "1 100", .curve = "A03"},
                                        {.type = "B14", .points = "1 100 2 300 3 100"}};
  EXPECT_EQ(parse(both)->series[0].values, grams({185, 92.5, 185}));
  const std::vector<TypeSeries> blocks = {{.type = "B04", .points = "1 100 3 100"},
                                          {.type = "B14", .points = "1 100 2 300 3 100"}};
  const auto answer = parse(blocks);
  EXPECT_EQ(answer->series[0].values, grams({185, kGap, 185})) << "one type unknown: mix unknown";
  EXPECT_EQ(answer->nulls, 1);
  const std::vector<TypeSeries> late = {{.type = "B04", .points = "2 100", .curve = "A03"},
                                        {.type = "B14", .points = "1 100 2 300 3 100"}};
  EXPECT_EQ(parse(late)->series[0].values, grams({kGap, 92.5, 185}));
}

TEST(Entsoe, WhatPumpsTakeInIsNoGeneration) {
  const auto answer =
      parse({{.type = "B10", .points = "1 500 2 500 3 500", .domain = "outBiddingZone_Domain.mRID"},
             {.type = "B04", .points = "1 100 2 100 3 100"}});
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->series[0].values, grams({370, 370, 370}));
}

TEST(Entsoe, NothingGeneratedIsAGap) {
  const auto answer = parse({{.type = "B04", .points = "1 0 2 100 3 0"}});
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->series[0].values, grams({kGap, 370, kGap}));
  expect_error(parse({{.type = "B04", .points = "1 0 2 0 3 0"}}), Code::kNotFound,
               {"mix.xml", "something is generated"});
}

TEST(Entsoe, QuartersAndHoursMeetInHours) {
  const auto answer =
      parse({{.type = "B04",
              .points = "1 0 2 100 3 200 4 100 5 100 6 100 7 100 8 100 9 1 10 1 11 1",
              .resolution = "PT15M"},
             {.type = "B14", .points = "1 100 2 100 3 100"}});
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->series[0].step, std::chrono::hours{1});
  EXPECT_EQ(answer->series[0].values, grams({185, 185, kGap}))
      << "a quarter of the last is unknown";
}

TEST(Entsoe, SeveralPeriodsMakeOneSeriesAndRepeatsMustAgree) {
  const TypeSeries first = {.type = "B04", .points = "1 100 2 100 3 100"};
  TypeSeries next = first;
  next.start = "2022-03-01T04:00Z";
  next.end = "2022-03-01T06:00Z";
  next.points = "1 50 2 60";
  const auto answer = parse({next, first, first});
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->series[0].values, grams({370, 370, 370, kGap, 370, 370}));
  EXPECT_EQ(answer->repeated, 3);
  TypeSeries other = first;
  other.points = "1 100 2 101 3 100";
  expect_error(parse({first, other}), Code::kConflict,
               {"mix.xml", "type B04", "2022-03-01T01:00:00Z", "100 MW and 101 MW"});
  TypeSeries finer = first;
  finer.resolution = "PT30M";
  expect_error(parse({first, finer}), Code::kConflict, {"type B04"});
}

TEST(Entsoe, NoDataIsNotFoundWithThePlatformsReason) {
  expect_error(parse_entsoe("<Acknowledgement_MarketDocument xmlns=\"urn:x\"><mRID>1</mRID><Reason>"
                            "<code>999</code><text>No matching data found</text></Reason>"
                            "</Acknowledgement_MarketDocument>",
                            options()),
               Code::kNotFound, {"mix.xml", "No matching data found", "999"});
}

TEST(Entsoe, OtherDocumentsAreRefusedWithTheReason) {
  const auto refused = [](std::string_view type) {
    return parse_entsoe(document({}, type), options());
  };
  expect_error(refused("A71"), Code::kInvalid, {"A71", "not by type", "A75"});
  expect_error(refused("A69"), Code::kInvalid, {"A69", "wind and solar", "A75"});
  expect_error(refused("A65"), Code::kInvalid, {"A65", "load", "A75"});
  expect_error(refused(""), Code::kInvalid, {"''", "A75"});
  expect_error(parse_entsoe(document({}, "A75", "A01"), options()), Code::kInvalid,
               {"'A01'", "A16"});
  expect_error(parse_entsoe(document({}), options()), Code::kNotFound, {"no generation"});
  expect_error(parse_entsoe("<html><body>503</body></html>", options()), Code::kInvalid,
               {"'html'"});
  expect_error(parse_entsoe("<a", options()), Code::kInvalid, {"no XML at byte"});
  expect_error(parse_entsoe("", options()), Code::kInvalid, {"no XML"});
}

TEST(Entsoe, BadFieldsNameTheirTypeAndValue) {
  const auto bad = [](const TypeSeries& one, std::initializer_list<std::string_view> parts) {
    expect_error(parse({one}), Code::kInvalid, parts);
  };
  bad({.type = "B77", .points = "1 1"}, {"'B77' is not known"});
  bad({.type = "B04", .points = "0 1"}, {"type B04", "position 0 is not in 1 to 3"});
  bad({.type = "B04", .points = "4 1"}, {"position 4 is not in 1 to 3"});
  bad({.type = "B04", .points = "2 1 1 1"}, {"position 1 does not come after 2"});
  bad({.type = "B04", .points = "x 1"}, {"position 'x' is not a number"});
  bad({.type = "B04", .points = "1 -5"}, {"-5 MW at 2022-03-01T00:00:00Z"});
  bad({.type = "B04", .points = "1 nan"}, {"no power of generation"});
  bad({.type = "B04", .points = "1 1e7"}, {"no power of generation"});
  bad({.type = "B04", .points = "1 1", .resolution = "P1D"}, {"'P1D'", "PT60M"});
  bad({.type = "B04", .points = "1 1", .curve = "A02"}, {"'A02'"});
  bad({.type = "B04", .points = "1 1", .domain = "other"}, {"inBiddingZone_Domain"});
  bad({.type = "B04", .points = "1 1", .end = "2022-03-01T00:00Z"}, {"is no number of steps"});
  bad({.type = "B04", .points = "1 1", .end = "2042-03-01T00:00Z"}, {"within a year"});
  bad({.type = "B04", .points = "1 1", .start = "2022-03-01T00:00"}, {"timeInterval/start"});
  bad({.type = "B04", .points = "1 1", .start = "2022-03-01T00:30Z", .end = "2022-03-01T02:30Z"},
      {"not on a step"});
}

TEST(Entsoe, AreasAreZonesOrTheCallersToName) {
  TypeSeries other = {.type = "B04", .points = "1 1 2 1 3 1", .area = "10YXX----------Z"};
  expect_error(parse({other}), Code::kInvalid, {"10YXX----------Z", "--zone"});
  WireOptions named = options();
  named.zone = ZoneId{"XX"};
  EXPECT_EQ(parse({other}, named)->series[0].zone, ZoneId{"XX"});
  expect_error(parse({other, {.type = "B14", .points = "1 1"}}), Code::kInvalid,
               {"two areas", "10YFR-RTE------C"});
}

// The last character of an EIC is a check: sum of values times 16..2, modulo 37.
TEST(Entsoe, TheCodesOfAreasAreWellFormed) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-";
  for (const EntsoeArea& area : entsoe_areas()) {
    ASSERT_EQ(area.code.size(), 16) << area.code;
    std::size_t sum = 0;
    for (std::size_t i = 0; i < 15; ++i) {
      sum += kDigits.find(area.code[i]) * (16 - i);
    }
    EXPECT_EQ(area.code[15], kDigits[36 - (sum - 1) % 37]) << area.code;
  }
}

std::string zip(const std::vector<std::string>& files) {
  std::string out(1 << 20, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_set_format_zip(writer);
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  for (std::size_t i = 0; i < files.size(); ++i) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, std::format("{}.xml", i).c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(files[i].size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(writer, entry);
    archive_write_data(writer, files[i].data(), files[i].size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

TEST(EntsoeZip, DocumentsOfAZipFileAreReadTogether) {
  const std::string gas = document({{.type = "B04", .points = "1 100 2 0 3 50"}});
  const std::string nuclear = document({{.type = "B14", .points = "1 300 2 300 3 50"}});
  const auto answer = parse_entsoe(zip({gas, nuclear}), options());
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->series[0].values, grams({92.5, 0, 185}));
}

TEST(EntsoeZip, DamagedOnesAreErrors) {
  const std::string good = zip({document({{.type = "B04", .points = "1 100 2 1 3 50"}})});
  for (std::size_t size = 4; size < good.size(); ++size) {
    const auto cut = parse_entsoe(good.substr(0, size), options());
    if (!cut) {
      EXPECT_TRUE(cut.error().what.starts_with("mix.xml: the zip file")) << cut.error().what;
    }
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string flipped = good;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    (void)parse_entsoe(flipped, options());
  }
  expect_error(parse_entsoe(zip({}), options()), Code::kInvalid, {"mix.xml"});
}

TEST(EntsoeZip, ABombIsStopped) {
  std::vector<std::string> files(101, "<a/>");
  const auto many = unzip(zip(files));
  ASSERT_FALSE(many);
  EXPECT_NE(many.error().what.find("more than 100 files"), std::string::npos) << many.error().what;
  const auto large = unzip(zip({std::string((64 << 20) + 1, ' ')}));
  ASSERT_FALSE(large);
  EXPECT_NE(large.error().what.find("more than"), std::string::npos) << large.error().what;
}

}  // namespace
}  // namespace drover::carbon::wire
