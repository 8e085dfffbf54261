#include "os/secret.h"

#include <gtest/gtest.h>

namespace drover::os {
namespace {

TEST(Secret, FingerprintsAreThoseOfTheStandard) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Secret, OnlyTheWholeSecretIsTheSame) {
  EXPECT_TRUE(same_secret("0123456789abcdef", "0123456789abcdef"));
  EXPECT_FALSE(same_secret("0123456789abcdef", "0123456789abcde"));
  EXPECT_FALSE(same_secret("0123456789abcdef", "0123456789abcdeF"));
  EXPECT_FALSE(same_secret("", "x"));
  EXPECT_FALSE(same_secret(std::string("a\0b", 3), std::string("a\0c", 3)));
}

}  // namespace
}  // namespace drover::os
