#include "os/ca.h"

#include <arpa/inet.h>

#include <algorithm>
#include <format>
#include <string_view>
#include <utility>

#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "os/tls.h"

namespace drover::os {

namespace {

using Key = std::unique_ptr<EVP_PKEY, FreeWith<&EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<&X509_free>>;

}  // namespace

struct CertificateAuthority::Material {
  Key key;
  Certificate certificate;
};

namespace {

using Memory = std::unique_ptr<BIO, FreeWith<&BIO_free>>;
using Extension = std::pair<int, std::string>;

constexpr mode_t kSecret = 0600;
constexpr mode_t kPublic = 0644;
// Clocks of other machines may be behind ours by this much.
constexpr Duration kSkew = std::chrono::minutes(10);

std::string contents(const Memory& memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Result<std::string> to_pem(const Key& key) {
  const Memory memory(::BIO_new(::BIO_s_mem()));
  if (::PEM_write_bio_PKCS8PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                      nullptr) != 1) {
    return tls_error("writing a private key");
  }
  return contents(memory);
}

Result<std::string> to_pem(const Certificate& certificate) {
  const Memory memory(::BIO_new(::BIO_s_mem()));
  if (::PEM_write_bio_X509(memory.get(), certificate.get()) != 1) {
    return tls_error("writing a certificate");
  }
  return contents(memory);
}

Memory reader(const std::string& pem) {
  return Memory(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

Result<Key> make_key() {
  Key key(::EVP_EC_gen("P-256"));
  if (!key) return tls_error("making a key");
  return key;
}

// Names go into OpenSSL's extension syntax and must not be able to say anything there.
Result<> check_request(const CertificateRequest& request) {
  constexpr std::size_t kLongestCommonName = 64;  // X.520
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  };
  for (const auto& text : {request.role, request.name}) {
    if (text.empty() || !std::ranges::all_of(text, plain)) {
      return invalid(std::format("'{}' in a certificate: letters, digits, '-' and '.' only", text));
    }
  }
  if (identity(request.role, request.name).size() > kLongestCommonName) {
    return invalid(std::format("name '{}' is too long for a certificate: {} bytes with its role",
                               request.name, kLongestCommonName));
  }
  for (const auto& address : request.addresses) {
    in6_addr parsed{};
    if (::inet_pton(AF_INET, address.c_str(), &parsed) != 1 &&
        ::inet_pton(AF_INET6, address.c_str(), &parsed) != 1) {
      return invalid(std::format("'{}' in a certificate is not an IP address", address));
    }
  }
  return {};
}

std::string alternative_names(const CertificateRequest& request) {
  std::string names = "DNS:" + request.name;
  for (const auto& address : request.addresses) names += ",IP:" + address;
  return names;
}

bool set_serial(X509* certificate) {
  constexpr int kBits = 127;
  const std::unique_ptr<BIGNUM, FreeWith<&BN_free>> number(::BN_new());
  return number && ::BN_rand(number.get(), kBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         ::BN_to_ASN1_INTEGER(number.get(), ::X509_get_serialNumber(certificate)) != nullptr;
}

bool set_time(ASN1_TIME* field, Instant when) {
  return ::ASN1_TIME_set(field, std::chrono::system_clock::to_time_t(when)) != nullptr;
}

bool add_extension(X509* certificate, X509* issuer, const Extension& extension) {
  X509V3_CTX context{};
  ::X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, FreeWith<&X509_EXTENSION_free>> made(
      ::X509V3_EXT_nconf_nid(nullptr, &context, extension.first, extension.second.c_str()));
  return made && ::X509_add_ext(certificate, made.get(), -1) == 1;
}

struct Subject {
  std::string common_name;
  Instant from;
  Instant until;
};

// `issuer` empty: self-signed.
Result<Certificate> sign(const Subject& subject, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key,
                         const std::vector<Extension>& extensions) {
  constexpr long kVersion3 = 2;
  Certificate certificate(::X509_new());
  auto* made = certificate.get();
  const auto* text = reinterpret_cast<const unsigned char*>(subject.common_name.c_str());
  bool good = made != nullptr && ::X509_set_version(made, kVersion3) == 1 && set_serial(made) &&
              set_time(::X509_getm_notBefore(made), subject.from) &&
              set_time(::X509_getm_notAfter(made), subject.until) &&
              ::X509_set_pubkey(made, key) == 1 &&
              ::X509_NAME_add_entry_by_NID(::X509_get_subject_name(made), NID_commonName,
                                           MBSTRING_UTF8, text, -1, -1, 0) == 1;
  auto* signer = issuer != nullptr ? issuer : made;
  good =
      good && ::X509_set_issuer_name(made, ::X509_get_subject_name(signer)) == 1 &&
      std::ranges::all_of(
          extensions, [&](const Extension& each) { return add_extension(made, signer, each); }) &&
      ::X509_sign(made, issuer_key, ::EVP_sha256()) > 0;
  if (!good) return tls_error("making the certificate of " + subject.common_name);
  return certificate;
}

}  // namespace

std::string identity(std::string_view role, std::string_view name) {
  return std::format("{}:{}", role, name);
}

CertificateAuthority::CertificateAuthority(std::unique_ptr<Material> material)
    : material_(std::move(material)) {}
CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority& CertificateAuthority::operator=(CertificateAuthority&&) noexcept = default;
CertificateAuthority::~CertificateAuthority() = default;

// The certificate comes last and is what makes the CA exist: a crash in between leaves a key that
// the next try replaces.
Result<CertificateAuthority> CertificateAuthority::create(const Path& directory, Instant now) {
  if (os::exists(directory / "ca.crt")) {
    return conflict(directory.string() + " holds a certificate authority already");
  }
  if (auto made = make_dirs(directory); !made) return std::unexpected(made.error());
  auto key = make_key();
  if (!key) return std::unexpected(key.error());
  auto certificate =
      sign({.common_name = "drover CA", .from = now - kSkew, .until = now + kCaLifetime},
           key->get(), nullptr, key->get(),
           {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
            {NID_key_usage, "critical,keyCertSign,cRLSign"},
            {NID_subject_key_identifier, "hash"}});
  if (!certificate) return std::unexpected(certificate.error());
  return to_pem(*key)
      .and_then(
          [&](const std::string& pem) { return atomic_write(directory / "ca.key", pem, kSecret); })
      .and_then([&] { return to_pem(*certificate); })
      .and_then([&](const std::string& pem) {
        return create_exclusive(directory / "ca.crt", pem, kPublic);
      })
      .transform([&] {
        return CertificateAuthority(
            std::make_unique<Material>(std::move(*key), std::move(*certificate)));
      });
}

Result<CertificateAuthority> CertificateAuthority::load(const Path& directory) {
  const auto key_pem = read_file(directory / "ca.key");
  if (!key_pem) return std::unexpected(key_pem.error());
  const auto certificate_pem = read_file(directory / "ca.crt");
  if (!certificate_pem) return std::unexpected(certificate_pem.error());
  Key key(::PEM_read_bio_PrivateKey(reader(*key_pem).get(), nullptr, nullptr, nullptr));
  Certificate certificate(
      ::PEM_read_bio_X509(reader(*certificate_pem).get(), nullptr, nullptr, nullptr));
  if (!key || !certificate || ::X509_check_private_key(certificate.get(), key.get()) != 1) {
    auto error = tls_error(directory.string() + ": ca.crt and ca.key do not fit together").error();
    error.code = Code::kInvalid;
    return std::unexpected(error);
  }
  return CertificateAuthority(std::make_unique<Material>(std::move(key), std::move(certificate)));
}

Result<> CertificateAuthority::issue(const CertificateRequest& request, const TlsFiles& files,
                                     Instant now) const {
  if (auto good = check_request(request); !good) return good;
  const auto key = make_key();
  if (!key) return std::unexpected(key.error());
  const Subject subject{.common_name = identity(request.role, request.name),
                        .from = now - kSkew,
                        .until = now + request.lifetime};
  auto* ca = material_->certificate.get();
  return sign(subject, key->get(), ca, material_->key.get(),
              {{NID_basic_constraints, "critical,CA:FALSE"},
               {NID_key_usage, "critical,digitalSignature"},
               {NID_ext_key_usage, "serverAuth,clientAuth"},
               {NID_subject_alt_name, alternative_names(request)},
               {NID_subject_key_identifier, "hash"},
               {NID_authority_key_identifier, "keyid:always"}})
      .and_then([](const Certificate& made) { return to_pem(made); })
      .and_then(
          [&](const std::string& pem) { return atomic_write(files.certificate, pem, kPublic); })
      .and_then([&] { return to_pem(*key); })
      .and_then([&](const std::string& pem) { return atomic_write(files.key, pem, kSecret); })
      .and_then([&] { return to_pem(material_->certificate); })
      .and_then([&](const std::string& pem) { return atomic_write(files.ca, pem, kPublic); });
}

}  // namespace drover::os
