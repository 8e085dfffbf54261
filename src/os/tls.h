// OpenSSL as RAII types, and contexts from TlsFiles. Internal to os/ca and os/http_*.
#pragma once

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/result.h"
#include "os/ca.h"

namespace drover::os {

template <auto kFree>
struct FreeWith {
  void operator()(auto* object) const { kFree(object); }
};

using Key = std::unique_ptr<EVP_PKEY, FreeWith<&EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<&X509_free>>;

// kInternal with `what` and what OpenSSL has to say, whose queue it empties.
std::unexpected<Error> tls_error(const std::string& what);

// The common name; empty when there is none.
std::string common_name(const X509* certificate);

// TLS 1.3 only, our certificate and key, and nobody trusted but our CA. Errors name the file.
Result<> configure_tls(SSL_CTX* context, const TlsFiles& files);

// Whether configure_tls would work: for errors at start instead of at the first connection.
Result<> check_tls(const TlsFiles& files);

// identity() of the other side, whose chain must have been verified; empty without a certificate.
std::string peer_identity(const SSL* ssl);

}  // namespace drover::os
