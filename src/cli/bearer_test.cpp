#include "cli/bearer.h"

#include <gtest/gtest.h>

#include "os/testing/expect.h"
#include "os/testing/temp_dir.h"

namespace drover::cli {
namespace {

using os::testing::FailsWith;
using os::testing::IsOk;

constexpr const char* kToken = "correct-horse-battery";

class Bearer : public ::testing::Test {
 protected:
  os::Path write(const std::string& text, mode_t mode = 0600) {
    EXPECT_THAT(os::atomic_write(folder_ / "token", text, mode), IsOk());
    return folder_ / "token";
  }

  static int status(const std::map<std::string, std::string>& headers) {
    const auto handler = with_token(kToken, [](const os::HttpRequest&) -> Result<os::HttpResponse> {
      return os::json_response("{}");
    });
    return handler({.headers = headers})->status;
  }

  os::testing::TempDir folder_;
};

TEST_F(Bearer, ATokenIsOneLine) {
  for (const auto* end : {"", "\n", "\r\n"}) {
    EXPECT_EQ(read_token(write(std::string(kToken) + end)).value(), kToken);
  }
}

TEST_F(Bearer, WhatIsNoTokenIsRefusedWithoutQuotingIt) {
  for (const auto* text : {"", "short-secret", "correct horse battery",
                           "correct-horse\nbattery-horse", "correct-h\xc3\xb6rse-battery"}) {
    const auto token = read_token(write(text));
    EXPECT_THAT(token, FailsWith(Code::kInvalid, "one line of 16 or more visible"));
    EXPECT_FALSE(token.error().what.contains("horse")) << token.error().what;
  }
  EXPECT_THAT(read_token(folder_ / "none"), FailsWith(Code::kNotFound, "none"));
  EXPECT_THAT(read_token(write(kToken, 0644)), FailsWith(Code::kInvalid, "chmod o-r"));
}

TEST_F(Bearer, OnlyWhoShowsTheTokenIsLetIn) {
  EXPECT_EQ(status({{"authorization", std::string("Bearer ") + kToken}}), 200);
  EXPECT_EQ(status({}), 401);
  for (const auto* wrong :
       {"", "Bearer", "Bearer ", "Bearer correct-horse-batter", "Bearer correct-horse-batteryy",
        "Basic correct-horse-battery", "correct-horse-battery"}) {
    EXPECT_EQ(status({{"authorization", wrong}}), 401) << wrong;
  }
}

}  // namespace
}  // namespace drover::cli
