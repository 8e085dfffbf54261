// drover's own certificate authority: EC P-256, one CA per cluster, certificates by role and name.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "os/file.h"

namespace drover::os {

// Where the TLS material of one party lies.
struct TlsFiles {
  Path ca;
  Path certificate;
  Path key;
};

inline constexpr Duration kCaLifetime = std::chrono::days(3650);
inline constexpr Duration kCertificateLifetime = std::chrono::days(365);

struct CertificateRequest {
  std::string role;                    // "node", "controller", "operator"
  std::string name;                    // SAN dns name; common name is "<role>:<name>"
  std::vector<std::string> addresses;  // SAN ip addresses
  Duration lifetime = kCertificateLifetime;
};

// How a peer is known after its certificate was verified: the common name "role:name".
std::string identity(std::string_view role, std::string_view name);

class CertificateAuthority {
 public:
  // A new CA in `directory` (ca.crt, ca.key with mode 0600); kConflict when one is there.
  static Result<CertificateAuthority> create(const Path& directory, Instant now);
  static Result<CertificateAuthority> load(const Path& directory);
  CertificateAuthority(CertificateAuthority&&) noexcept;
  CertificateAuthority& operator=(CertificateAuthority&&) noexcept;
  ~CertificateAuthority();

  // A new key and a certificate for server and client use, written to files.certificate and
  // files.key (mode 0600); the CA's own certificate is written to files.ca.
  [[nodiscard]] Result<> issue(const CertificateRequest& request, const TlsFiles& files,
                               Instant now) const;

 private:
  struct Material;
  explicit CertificateAuthority(std::unique_ptr<Material> material);
  std::unique_ptr<Material> material_;
};

}  // namespace drover::os
