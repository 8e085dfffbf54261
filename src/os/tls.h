// OpenSSL as RAII types, and contexts from TlsFiles. Internal to os/ca and os/http_*.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "os/ca.h"

struct ssl_ctx_st;
struct ssl_st;

namespace drover::os {

// A deleter from one of OpenSSL's *_free functions.
template <auto Free>
struct FreeWith {
  void operator()(auto* object) const { Free(object); }
};

// kInternal with `what` and what OpenSSL has to say, whose queue it empties.
std::unexpected<Error> tls_error(const std::string& what);

// TLS 1.3 only, with our certificate and key; files.ca is not looked at. Errors name the file.
Result<> configure_identity(ssl_ctx_st* context, const TlsFiles& files);

// The same, and nobody trusted but our CA.
Result<> configure_tls(ssl_ctx_st* context, const TlsFiles& files);

// Whether the one or the other would work: for errors at start instead of at the first connection.
Result<> check_identity(const TlsFiles& files);
Result<> check_tls(const TlsFiles& files);

// identity() of the other side, whose chain must have been verified; empty without a certificate.
std::string peer_identity(const ssl_st* ssl);

}  // namespace drover::os
