#include "cli/guarded.h"

#include <gtest/gtest.h>

namespace drover::cli {
namespace {

TEST(Guarded, OnlyTheNamedIdentitiesGetThrough) {
  int calls = 0;
  const auto handler =
      guarded({"controller:controller"}, [&](const os::HttpRequest&) -> Result<os::HttpResponse> {
        ++calls;
        return os::json_response("{}");
      });
  os::HttpRequest request;
  for (const auto* peer : {"", "node:n1", "operator:operator", "controller:controller2"}) {
    request.peer = peer;
    const auto reply = handler(request);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 403) << peer;
  }
  EXPECT_EQ(calls, 0);
  request.peer = "controller:controller";
  EXPECT_EQ(handler(request)->status, 200);
}

}  // namespace
}  // namespace drover::cli
