#include "os/ca.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "os/clock.h"
#include "os/command.h"
#include "os/testing/expect.h"
#include "os/testing/temp_dir.h"

namespace drover::os {
namespace {

using testing::FailsWith;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::TempDir;

class Ca : public ::testing::Test {
 protected:
  TlsFiles files(const std::string& name) {
    return {.ca = dir_ / (name + "-ca.crt"),
            .certificate = dir_ / (name + ".crt"),
            .key = dir_ / (name + ".key")};
  }
  TempDir dir_;
  Instant now_ = RealClock().now();
};

TEST_F(Ca, IssuesWhatOpensslAccepts) {
  const auto ca = CertificateAuthority::create(dir_.path(), now_);
  ASSERT_THAT(ca, IsOk());
  const auto node = files("n1");
  ASSERT_THAT(ca->issue({.role = "node", .name = "n1", .addresses = {"10.77.0.11"}}, node, now_),
              IsOk());
  EXPECT_THAT(run_ok({.argv = {"openssl", "verify", "-x509_strict", "-purpose", "sslclient",
                               "-CAfile", node.ca, node.certificate}}),
              IsOk());
  const auto text =
      run_ok({.argv = {"openssl", "x509", "-noout", "-text", "-in", node.certificate}});
  ASSERT_THAT(text, IsOk());
  EXPECT_THAT(*text, HasSubstr("Subject: CN=node:n1"));
  EXPECT_THAT(*text, HasSubstr("DNS:n1, IP Address:10.77.0.11"));
  EXPECT_THAT(*text, HasSubstr("TLS Web Server Authentication, TLS Web Client Authentication"));
  EXPECT_THAT(*text, HasSubstr("P-256"));
}

TEST_F(Ca, KeysAreSecret) {
  const auto ca = CertificateAuthority::create(dir_.path(), now_);
  ASSERT_THAT(ca, IsOk());
  ASSERT_THAT(ca->issue({.role = "node", .name = "n1"}, files("n1"), now_), IsOk());
  for (const auto* name : {"ca.key", "n1.key"}) {
    struct stat status{};
    ASSERT_EQ(::stat((dir_ / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U) << name;
  }
}

TEST_F(Ca, IsMadeOnceAndLoadedAgain) {
  ASSERT_THAT(CertificateAuthority::create(dir_.path(), now_), IsOk());
  EXPECT_THAT(CertificateAuthority::create(dir_.path(), now_), FailsWith(Code::kConflict, "holds"));
  const auto again = CertificateAuthority::load(dir_.path());
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(again->issue({.role = "controller", .name = "c"}, files("c"), now_), IsOk());
}

TEST_F(Ca, ACrashBetweenKeyAndCertificateIsRepeatable) {
  ASSERT_THAT(CertificateAuthority::create(dir_.path(), now_), IsOk());
  ASSERT_THAT(remove_tree(dir_ / "ca.crt"), IsOk());
  EXPECT_THAT(CertificateAuthority::create(dir_.path(), now_), IsOk());
  EXPECT_THAT(CertificateAuthority::load(dir_.path()), IsOk());
}

TEST_F(Ca, RefusesForeignAndDamagedFiles) {
  EXPECT_THAT(CertificateAuthority::load(dir_.path()), FailsWith(Code::kNotFound, "ca.key"));
  ASSERT_THAT(CertificateAuthority::create(dir_.path(), now_), IsOk());
  ASSERT_THAT(atomic_write(dir_ / "ca.key", "rubbish"), IsOk());
  EXPECT_THAT(CertificateAuthority::load(dir_.path()), FailsWith(Code::kInvalid, "do not fit"));
}

TEST_F(Ca, RefusesNamesThatCouldSaySomethingElse) {
  const auto ca = CertificateAuthority::create(dir_.path(), now_);
  ASSERT_THAT(ca, IsOk());
  for (const std::string name : {"", "a,IP:1.2.3.4", "a:b", "a b", "ü"}) {
    EXPECT_THAT(ca->issue({.role = "node", .name = name}, files("x"), now_),
                FailsWith(Code::kInvalid, "letters, digits"));
  }
  EXPECT_THAT(ca->issue({.role = "node", .name = std::string(60, 'a')}, files("x"), now_),
              FailsWith(Code::kInvalid, "too long"));
  EXPECT_THAT(ca->issue({.role = "node", .name = "a", .addresses = {"10.0.0"}}, files("x"), now_),
              FailsWith(Code::kInvalid, "'10.0.0'"));
}

}  // namespace
}  // namespace drover::os
