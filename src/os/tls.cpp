#include "os/tls.h"

#include <array>
#include <format>
#include <memory>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "os/file.h"

#ifdef __SANITIZE_THREAD__
// libcrypto is not built for the thread sanitizer, so the atomics that guard what it caches in a
// certificate are invisible, and the copies it makes there look like races.
extern "C" const char* __tsan_default_suppressions() { return "called_from_lib:libcrypto.so\n"; }
#endif

namespace drover::os {

namespace {

std::string common_name(const X509* certificate) {
  constexpr std::size_t kLongest = 256;
  std::array<char, kLongest> text{};
  const auto* subject = ::X509_get_subject_name(certificate);
  const int size = ::X509_NAME_get_text_by_NID(subject, NID_commonName, text.data(), text.size());
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : std::string();
}

Result<> check_there(const Path& path) {
  if (os::exists(path)) return {};
  return not_found("TLS file " + path.string() + " does not exist");
}

std::unexpected<Error> unusable(std::string_view what, const Path& path) {
  auto error = tls_error(std::format("{} {} cannot be used", what, path.string())).error();
  error.code = Code::kInvalid;
  return std::unexpected(error);
}

Result<> check_with(Result<> (*configure)(SSL_CTX*, const TlsFiles&), const TlsFiles& files) {
  const std::unique_ptr<SSL_CTX, FreeWith<&SSL_CTX_free>> context(::SSL_CTX_new(::TLS_method()));
  if (!context) return tls_error("making a TLS context");
  return configure(context.get(), files);
}

}  // namespace

std::unexpected<Error> tls_error(const std::string& what) {
  std::string text = what;
  while (const auto code = ::ERR_get_error()) {
    const char* reason = ::ERR_reason_error_string(code);
    text += std::format(": {}", reason != nullptr ? reason : "error of OpenSSL");
  }
  return internal(text);
}

Result<> configure_identity(SSL_CTX* context, const TlsFiles& files) {
  ::ERR_clear_error();
  for (const auto& path : {files.certificate, files.key}) {
    if (auto there = check_there(path); !there) return there;
  }
  ::SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  // Closing does not wait for the peer's farewell: HTTP itself says where a message ends.
  ::SSL_CTX_set_quiet_shutdown(context, 1);
  if (::SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
    return unusable("certificate", files.certificate);
  }
  if (::SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      ::SSL_CTX_check_private_key(context) != 1) {
    return unusable("private key", files.key);
  }
  return {};
}

Result<> configure_tls(SSL_CTX* context, const TlsFiles& files) {
  return check_there(files.ca)
      .and_then([&] { return configure_identity(context, files); })
      .and_then([&]() -> Result<> {
        if (::SSL_CTX_load_verify_file(context, files.ca.c_str()) != 1) {
          return unusable("CA certificate", files.ca);
        }
        return {};
      });
}

Result<> check_identity(const TlsFiles& files) { return check_with(configure_identity, files); }

Result<> check_tls(const TlsFiles& files) { return check_with(configure_tls, files); }

std::string peer_identity(const SSL* ssl) {
  const auto* certificate = ssl != nullptr ? ::SSL_get0_peer_certificate(ssl) : nullptr;
  return certificate != nullptr ? common_name(certificate) : std::string();
}

}  // namespace drover::os
