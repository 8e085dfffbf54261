// A CA with certificates for tests of what talks TLS.
#pragma once

#include <string>

#include "os/ca.h"
#include "os/clock.h"
#include "os/testing/expect.h"
#include "os/testing/temp_dir.h"

namespace drover::os::testing {

class TlsFixture {
 public:
  TlsFixture() {
    auto made = CertificateAuthority::create(dir_.path(), RealClock().now());
    EXPECT_THAT(made, IsOk());
    if (made) ca_.emplace(std::move(*made));
  }

  // Issues a certificate for role:name, good from `when` on for a year.
  TlsFiles issue(const std::string& role, const std::string& name,
                 Instant when = RealClock().now()) {
    TlsFiles files{.ca = dir_ / "ca.crt",
                   .certificate = dir_ / (role + "-" + name + ".crt"),
                   .key = dir_ / (role + "-" + name + ".key")};
    if (ca_) {
      EXPECT_THAT(ca_->issue({.role = role, .name = name}, files, when), IsOk());
    }
    return files;
  }

  [[nodiscard]] const Path& path() const { return dir_.path(); }

 private:
  TempDir dir_;
  std::optional<CertificateAuthority> ca_;
};

}  // namespace drover::os::testing
