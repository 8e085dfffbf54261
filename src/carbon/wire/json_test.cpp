#include "carbon/wire/json.h"

#include <format>
#include <string>

#include <gtest/gtest.h>

#include "carbon/testing/times.h"

namespace drover::carbon::wire {
namespace {

using testing::at;

template <class Value>
void expect_error(const Result<Value>& result, std::string_view what) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kInvalid);
  EXPECT_NE(result.error().what.find(what), std::string::npos) << result.error().what;
}

Node parse(std::string_view text) { return Node::parse(text, "doc").value(); }

TEST(Json, ErrorsNameDocumentPlaceAndValue) {
  const Node root = parse(R"({"data":[{"from":"noon"},{"from":12,"list":[],"flag":"yes"}]})");
  const auto data = root.member("data")->elements();
  ASSERT_TRUE(data);
  expect_error((*data)[0].member("from").and_then(&Node::time_or_utc),
               "doc: data[0].from: 'noon' is not a time");
  expect_error((*data)[0].member("to"), "doc: data[0]: member 'to' is missing");
  expect_error((*data)[1].member("from").and_then(&Node::text),
               "doc: data[1].from: '12' is no text");
  expect_error((*data)[1].member("list").and_then(&Node::number),
               "doc: data[1].list: a list is no number");
  expect_error((*data)[1].member("flag").and_then(&Node::flag), "'yes' is neither true nor false");
  expect_error(root.elements(), "doc: an object is no list");
  expect_error(parse("[1]").member("a"), "doc: a list is no object with a member 'a'");
}

TEST(Json, WhatIsNoJsonIsAnErrorWithItsPlace) {
  for (const std::string_view text :
       {"", "{", "[1,]", "{\"a\" 1}", "nul", "[1] x", "\"\xff\"", "\x01"}) {
    expect_error(Node::parse(text, "doc"), "doc: the document is no JSON at byte");
  }
  EXPECT_TRUE(Node::parse("\xEF\xBB\xBF[1]", "doc"));
}

TEST(Json, WhatADocumentRepeatsIsCutInMessages) {
  const std::string digits(4000, '1');
  const auto number = Node::parse(digits, "doc");
  expect_error(number, "doc: the document is no JSON: ");
  EXPECT_LT(number.error().what.size(), 600U);
  const Node root = parse(std::format(R"({{"{}\n":1}})", std::string(4000, 'a')));
  const auto member = root.find(root.names().at(0))->text();
  expect_error(member, "aaa...: '1' is no text");
  EXPECT_LT(member.error().what.size(), 600U);
}

TEST(Json, NestingNumberOfValuesAndSizeAreLimitedBeforeReading) {
  const std::string deep(1'000'000, '[');
  expect_error(Node::parse(deep, "doc"), "nests deeper than 32");
  EXPECT_TRUE(Node::parse(std::string(32, '[') + std::string(32, ']'), "doc"));
  EXPECT_TRUE(Node::parse(R"(["[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[[[["])", "doc"));
  std::string many = "[0";
  for (int i = 0; i < 4'000'001; ++i) {
    many += ",0";
  }
  expect_error(Node::parse(many + "]", "doc"), "more than 4000000 values");
  expect_error(Node::parse(std::string((32 << 20) + 1, ' '), "doc"), "more than the limit");
}

TEST(Json, TimesWithoutOffsetAreNotGuessed) {
  const auto time = [](std::string_view text) { return parse(std::format("\"{}\"", text)).time(); };
  EXPECT_EQ(*time("2021-01-01T00:00Z"), at("2021-01-01"));
  EXPECT_EQ(*time("2021-01-01T00:00:00.000Z"), at("2021-01-01"));
  EXPECT_EQ(*time("2021-01-01T01:00:00+01:00"), at("2021-01-01"));
  EXPECT_EQ(*time("2020-12-31T19:00:00-05:00"), at("2021-01-01"));
  expect_error(time("2021-01-01T00:00:00"), "does not say its distance from UTC");
  expect_error(time("2021-01-01"), "does not say its distance from UTC");
  EXPECT_EQ(*parse(R"("2021-01-01T00:00:00")").time_or_utc(), at("2021-01-01"));
}

TEST(Json, NumbersAndIntensities) {
  EXPECT_EQ(*parse("1.5").number(), 1.5);
  EXPECT_EQ(*parse("\"0.6\"").number_or_text(), 0.6);
  expect_error(parse("\"0.6\"").number(), "'0.6' is no number");
  expect_error(parse("\"1e999\"").number_or_text(), "is no number");
  expect_error(parse("\"0.6 g\"").number_or_text(), "is no number");
  EXPECT_EQ(*parse("null").intensity(), std::nullopt);
  EXPECT_EQ(*parse("0").intensity(), Intensity{});
  expect_error(parse("-1").intensity(), "-1 is negative");
  expect_error(parse("2000.5").intensity(), "2000.5 is above 2000");
  expect_error(parse("true").intensity(), "'true' is no number");
}

}  // namespace
}  // namespace drover::carbon::wire
