// The small parts: pieces of time, places, secrets.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carbon/gridapi/pieces.h"
#include "carbon/gridapi/place.h"
#include "carbon/gridapi/secrets.h"

namespace drover::carbon::gridapi {
namespace {

using std::chrono::days;
using std::chrono::hours;

Instant at(std::string_view text) { return parse_time(text).value(); }

RC_GTEST_PROP(Pieces, CoverTheSpanWithoutOverlapInWholeHours, ()) {
  const Instant from{Duration{*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000)}};
  const Instant to = from + Duration{*rc::gen::inRange<std::int64_t>(1, 40'000'000'000)};
  const Duration longest = hours{*rc::gen::inRange(1, 800)};
  const auto all = pieces({.from = from, .to = to}, longest);
  RC_ASSERT(!all.empty());
  RC_ASSERT(all.front().from <= from);
  RC_ASSERT(from - all.front().from < hours{1});
  RC_ASSERT(all.back().to >= to);
  RC_ASSERT(all.back().to - to < hours{1});
  for (std::size_t i = 0; i < all.size(); ++i) {
    RC_ASSERT(all[i].from < all[i].to);
    RC_ASSERT(all[i].to - all[i].from <= longest);
    RC_ASSERT(all[i].from.time_since_epoch() % hours{1} == Duration{0});
    const bool joins = i == 0 || all[i].from == all[i - 1].to;
    RC_ASSERT(joins);
  }
}

TEST(Pieces, AnEmptySpanHasNone) {
  EXPECT_TRUE(
      pieces({.from = at("2024-01-01T00:30Z"), .to = at("2024-01-01T00:30Z")}, days{1}).empty());
  EXPECT_TRUE(
      pieces({.from = at("2024-01-02T00:30Z"), .to = at("2024-01-01T00:30Z")}, days{1}).empty());
}

TEST(Pieces, TimesAreWrittenAsServicesWantThem) {
  EXPECT_EQ(to_minute(at("2024-01-31T05:00:59.5Z")), "2024-01-31T05:00Z");
  EXPECT_EQ(compact(at("2024-01-31T05:07Z")), "202401310507");
}

TEST(Place, IsAPairOfDegrees) {
  const auto munich = place_of("48.14,11.58");
  ASSERT_TRUE(munich);
  EXPECT_EQ(munich->latitude, "48.14");
  EXPECT_EQ(munich->longitude, "11.58");
  EXPECT_EQ(place_of("-33.9, 151.2").value().longitude, "151.2");
  for (const char* name :
       {"US-CAL-CISO", "CAISO_NORTH", "", ",", "91,0", "0,181", "1,2,3", "nan,0"}) {
    EXPECT_FALSE(place_of(name)) << name;
  }
}

TEST(Secrets, AreStruckOutAlsoAsTheyLookInAUrl) {
  Secrets secrets;
  secrets.add("ab/cd+ef");
  secrets.add("ab/cd");
  secrets.add("x");
  EXPECT_EQ(secrets.scrubbed("key ab/cd+ef, ab%2Fcd%2Bef, ab/cd and x"), "key ***, ***, *** and x");
}

TEST(Secrets, Base64IsThatOfTheStandard) {
  for (const auto& [text, coded] :
       {std::pair{"", ""}, std::pair{"f", "Zg=="}, std::pair{"fo", "Zm8="},
        std::pair{"foo", "Zm9v"}, std::pair{"foobar", "Zm9vYmFy"}, std::pair{"\xff\xfe", "//4="}}) {
    EXPECT_EQ(base64(text), coded);
  }
}

}  // namespace
}  // namespace drover::carbon::gridapi
