#include "migrate/http/codec.h"

#include <gtest/gtest.h>

namespace drover::migrate {
namespace {

TEST(Codec, ARequestComesBackAsItWas) {
  const StepRequest request{.id = MigrationId("m-000003"),
                            .epoch = 7,
                            .step = Step::kCheckDestination,
                            .pod = WorkloadId("redis"),
                            .source = NodeId("a"),
                            .destination = NodeId("b"),
                            .spec = "{\"name\": \"redis\"}\n",
                            .destination_endpoint = "10.77.0.12:7443"};
  const auto back = request_from_json(request_to_json(request));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->id, request.id);
  EXPECT_EQ(back->epoch, 7);
  EXPECT_EQ(back->step, request.step);
  EXPECT_EQ(back->pod, request.pod);
  EXPECT_EQ(back->source, request.source);
  EXPECT_EQ(back->destination, request.destination);
  EXPECT_EQ(back->spec, request.spec);
  EXPECT_EQ(back->destination_endpoint, request.destination_endpoint);
}

TEST(Codec, AReplyComesBackAsItWas) {
  const auto back = reply_from_json(reply_to_json({.never_ran = true,
                                                   .image_bytes = Bytes{1L << 40},
                                                   .sent_bytes = Bytes{5},
                                                   .detail = "\"quoted\"\n"}));
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->never_ran);
  EXPECT_EQ(back->image_bytes, Bytes{1L << 40});
  EXPECT_EQ(back->sent_bytes, Bytes{5});
  EXPECT_EQ(back->detail, "\"quoted\"\n");
}

TEST(Codec, WhatIsNotAStepIsInvalidAndSaysWhy) {
  const auto whole = request_to_json({.id = MigrationId("m-1"), .step = Step::kDump});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto cut = request_from_json(whole.substr(0, length));
    ASSERT_FALSE(cut) << length;
    EXPECT_EQ(cut.error().code, Code::kInvalid);
  }
  for (const auto* text : {"[]", "null", "{\"step\": 3}", "\"x\""}) {
    EXPECT_FALSE(request_from_json(text)) << text;
    EXPECT_FALSE(reply_from_json(text)) << text;
  }
  const auto unknown = request_from_json(
      R"({"migration":"m","epoch":1,"step":"dmp","pod":"p","source":"a","destination":"b","spec":"","destination_endpoint":""})");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().what.find("did you mean 'dump'"), std::string::npos)
      << unknown.error().what;
}

}  // namespace
}  // namespace drover::migrate
