#include "carbon/csv/own.h"

#include <algorithm>
#include <string>
#include <tuple>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carbon/csv/import.h"
#include "carbon/testing/generators.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::hourly;
using testing::kGap;

Result<CsvContent> parse(const std::string& text, const CsvOptions& options = {}) {
  return parse_carbon_csv(text, "own.csv", options);
}

void expect_error(const Result<CsvContent>& content,
                  std::initializer_list<std::string_view> parts) {
  ASSERT_FALSE(content);
  for (const auto part : parts) {
    EXPECT_NE(content.error().what.find(part), std::string::npos)
        << part << "\nnot in: " << content.error().what;
  }
}

const std::string kHeader = "start,zone,ci,kind,scope,basis,estimated,imputed,source\n";

TEST(OwnCsv, ARowSaysAllThatIsKnownOfAValue) {
  const auto content =
      parse(kHeader +
            "2021-01-01T00:00:00Z,DE,1.5,average,direct,consumption,false,false,a\n"
            "2021-01-01T01:00:00Z,DE,,average,direct,consumption,false,false,a\n"
            "2021-01-01T02:00:00Z,DE,3,average,direct,consumption,true,false,a\n"
            "2021-01-01T00:00:00Z,DE,9,marginal,lifecycle,,,,\n");
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->format, "drover");
  EXPECT_EQ(content->estimated, 1);
  ASSERT_EQ(content->series.size(), 2);
  const Series& direct = content->series[0];
  EXPECT_EQ(direct.values, hourly("DE", "2021-01-01T00Z", {1.5, kGap, 3}).values);
  EXPECT_EQ(direct.estimated, (std::vector{false, false, true}));
  EXPECT_EQ(direct.basis, Basis::kConsumption);
  EXPECT_EQ(direct.source, "a");
  EXPECT_EQ(content->series[1].kind, Kind::kMarginal);
  EXPECT_EQ(content->series[1].basis, Basis::kUnstated);
  EXPECT_EQ(content->series[1].source, "csv");
}

TEST(OwnCsv, OptionsPickWhatTheRowsSay) {
  const std::string text = kHeader +
                           "2021-01-01T00Z,DE,1,average,direct,production,,,\n"
                           "2021-01-01T01Z,DE,2,average,direct,production,,,\n"
                           "2021-01-01T00Z,DE,3,average,lifecycle,production,,,\n"
                           "2021-01-01T01Z,DE,4,average,lifecycle,production,,,\n";
  EXPECT_EQ(parse(text)->series.size(), 2);
  const auto content = parse(text, {.scope = Scope::kLifecycle, .source = {}});
  ASSERT_EQ(content->series.size(), 1);
  EXPECT_EQ(content->series[0].scope, Scope::kLifecycle);
  expect_error(parse(text, {.zone = ZoneId{"FR"}, .source = {}}), {"no row of zone FR"});
}

TEST(OwnCsv, MadeUpValuesAreRefusedOrLeftOut) {
  const std::string text = kHeader +
                           "2021-01-01T00Z,DE,1,average,direct,,,false,\n"
                           "2021-01-01T01Z,DE,2,average,direct,,,true,\n"
                           "2021-01-01T02Z,DE,3,average,direct,,,0,\n"
                           "2021-01-01T03Z,DE,4,average,direct,,,0,\n";
  expect_error(parse(text), {"own.csv:3, column imputed", "made up", "--skip-bad"});
  const auto content = parse(text, {.source = {}, .skip_bad = true});
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->series[0].values, hourly("DE", "2021-01-01T00Z", {1, kGap, 3, 4}).values);
  EXPECT_EQ(content->skipped, 1);
}

TEST(OwnCsv, BadFieldsNameTheirPlace) {
  expect_error(parse(kHeader + "2021-01-01T00Z,a b,1,average,direct,,,,\n"),
               {"own.csv:2, column zone", "'a b'"});
  expect_error(parse(kHeader + "2021-01-01T00Z,DE,1,average,,,,,\n"), {"own.csv:2, column scope"});
  expect_error(parse(kHeader + "2021-01-01T00Z,DE,1,mean,direct,,,,\n"),
               {"own.csv:2, column kind"});
  expect_error(parse(kHeader + "2021-01-01T00Z,DE,1,average,direct,all,,,\n"),
               {"own.csv:2, column basis"});
  expect_error(parse("start,zone,ci,scope,zone\n"), {"own.csv:1", "two columns are named zone"});
}

RC_GTEST_PROP(OwnCsv, WhatIsWrittenIsReadBack, ()) {
  Series one = *testing::any_series(50);
  RC_PRE(one.values.size() > 1);
  one.kind = *rc::gen::element(Kind::kAverage, Kind::kMarginal);
  one.basis = *rc::gen::element(Basis::kUnstated, Basis::kConsumption, Basis::kProduction);
  one.source = *rc::gen::element<std::string>("a", "b,\"c\"", "x y");
  one.step = *rc::gen::element<Duration>(std::chrono::minutes{5}, std::chrono::hours{1});
  Series other = one;
  other.scope = Scope::kLifecycle;
  one.scope = Scope::kDirect;
  one.estimated.resize(one.values.size());
  bool any = false;
  for (std::size_t slot = 0; slot < one.values.size(); ++slot) {
    one.estimated[slot] = one.values[slot] && *rc::gen::arbitrary<bool>();
    any = any || one.estimated[slot];
  }
  one.estimated.resize(any ? one.values.size() : 0);
  const auto content = parse(to_csv({one, other}));
  RC_ASSERT(content);
  RC_ASSERT(content->series.size() == 2U);
  const auto same = [](const Series& a, const Series& b) {
    const auto all = [](const Series& series) {
      return std::tie(series.zone, series.start, series.step, series.values, series.kind,
                      series.scope, series.basis, series.source, series.estimated);
    };
    return all(a) == all(b);
  };
  RC_ASSERT(same(content->series[0], one));
  RC_ASSERT(same(content->series[1], other));
}

}  // namespace
}  // namespace drover::carbon
