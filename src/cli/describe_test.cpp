#include "cli/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover::cli {
namespace {

using ::testing::HasSubstr;

TEST(Describe, AnUnknownIntensityIsSaid) {
  const auto nodes = Json::parse(
      R"([{"name":"n1","zone":"Z","ready":true,"intensity_g_per_kwh":null,"cpu_cores":2,"cpu_free_cores":1.5,
                                     "memory_bytes":1073741824,"memory_free_bytes":536870912,"pods":1},
                                    {"name":"n2","zone":"Z","ready":false,"intensity_g_per_kwh":99.6}])");
  EXPECT_THAT(describe_nodes(nodes),
              HasSubstr("n1    Z     ready      unknown        1.5 of 2  512 of 1024 MiB  1\n"));
  EXPECT_THAT(describe_nodes(nodes), HasSubstr("n2    Z     not ready  100 g/kWh"));
}

TEST(Describe, TheTimelineSaysHowLongEachPhaseTook) {
  const auto migration = Json::parse(
      R"({"id":"m-000001","pod":"redis","from":"n1","to":"n2","outcome":"open","bytes":1048576,"error":"",
      "phases":[{"name":"freeze","start_s":0,"end_s":0.0305},{"name":"dump","start_s":0.0305,"end_s":null}]})");
  const auto text = describe_timeline(migration);
  EXPECT_THAT(text, HasSubstr("migration m-000001 of pod redis from n1 to n2: open\n"));
  EXPECT_THAT(text, HasSubstr("  freeze  0.000 s  30 ms\n"));
  EXPECT_THAT(text, HasSubstr("  dump    0.030 s  is in it\n"));
  EXPECT_THAT(text, HasSubstr("1.0 MiB sent"));
}

TEST(Describe, AnswersThatLackFieldsDoNoHarm) {
  for (const auto* text : {"[]", "[{}]", R"([{"name":3}])", "{}"}) {
    const auto json = Json::parse(text);
    EXPECT_NO_THROW(describe_nodes(json));
    EXPECT_NO_THROW(describe_pods(json));
    EXPECT_NO_THROW(describe_services(json));
    EXPECT_NO_THROW(describe_migrations(json));
    EXPECT_NO_THROW(describe_timeline(json.is_array() ? Json::object() : json));
  }
}

}  // namespace
}  // namespace drover::cli
