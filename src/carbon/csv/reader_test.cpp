#include "carbon/csv/reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace drover::carbon::csv {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Result<Rows> read_all(std::string_view text) {
  Reader reader(text, "a.csv");
  Record record;
  Rows rows;
  for (;;) {
    const auto more = reader.next(record);
    if (!more) {
      return std::unexpected(more.error());
    }
    if (!*more) {
      return rows;
    }
    rows.emplace_back(record.fields.begin(), record.fields.end());
  }
}

TEST(CsvReader, LineEndsOfAnyKindAndNoneAtTheEnd) {
  const Rows expected = {{"a", "b"}, {"1", ""}};
  EXPECT_EQ(read_all("a,b\n1,\n"), expected);
  EXPECT_EQ(read_all("a,b\r\n1,\r\n"), expected);
  EXPECT_EQ(read_all("a,b\n1,"), expected);
  EXPECT_EQ(read_all("a,b\r\n1,\r\n\r\n\n  \n"), expected) << "blank lines at the end";
  EXPECT_EQ(read_all(""), Rows{});
  EXPECT_EQ(read_all("\n\n"), Rows{});
}

TEST(CsvReader, QuotedFieldsHoldCommasQuotesAndLines) {
  EXPECT_EQ(read_all("\"a,b\",\"say \"\"x\"\"\"\r\n\"two\nlines\", c \n"),
            (Rows{{"a,b", "say \"x\""}, {"two\nlines", "c"}}));
  EXPECT_EQ(read_all("\"\",\"\""), (Rows{{"", ""}}));
  EXPECT_EQ(read_all(" \"a\" ,\t\"b\"\t\r\n"), (Rows{{"a", "b"}})) << "blanks around quotes";
}

TEST(CsvReader, LinesAreCountedAlsoInsideQuotes) {
  Reader reader("\"a\nb\"\nc\n", "a.csv");
  Record record;
  ASSERT_TRUE(*reader.next(record));
  EXPECT_EQ(record.line, 1);
  ASSERT_TRUE(*reader.next(record));
  EXPECT_EQ(record.line, 3);
}

void expect_error(std::string_view text, std::string_view what) {
  const auto rows = read_all(text);
  ASSERT_FALSE(rows) << text;
  EXPECT_EQ(rows.error().code, Code::kInvalid);
  EXPECT_NE(rows.error().what.find(what), std::string::npos) << rows.error().what;
}

TEST(CsvReader, MalformedRowsAreErrorsWithTheirLine) {
  expect_error("a\n\"b", "a.csv:2: a quoted field does not end");
  expect_error("a\n\"b\"c\n", "a.csv:2: text after the closing quote");
  expect_error("a\nb\"c\"\n", "a.csv:2: a quote inside a field");
  expect_error("a\n\nb\n", "a.csv:3: a blank line stands before this row");
  expect_error(std::string(5000, ','), "a.csv:1: more than 4096 fields");
}

}  // namespace
}  // namespace drover::carbon::csv
