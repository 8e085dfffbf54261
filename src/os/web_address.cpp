#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <format>

#include "os/web_client.h"

namespace drover::os {

namespace {

constexpr int kHttpPort = 80;
constexpr int kHttpsPort = 443;
constexpr int kHighestPort = 65535;
constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string encoded(std::string_view text, std::string_view kept) {
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c) || kept.contains(c)) {
      out += c;
    } else {
      out += std::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::optional<int> port_of(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && port > 0 && port <= kHighestPort ? std::optional(port) : std::nullopt;
}

bool is_host(std::string_view text) {
  const auto allowed = [](char c) { return is_unreserved(c) && c != '~'; };
  return !text.empty() && std::ranges::all_of(text, allowed);
}

bool is_ipv6(const std::string& text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

// "host", "host:port", "[::1]:port" into `address`.
bool read_authority(std::string_view text, WebAddress& address) {
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return false;
    address.host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
    if (!is_ipv6(address.host)) return false;
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    address.host = text.substr(0, colon);
    rest = text.substr(colon);
    if (!is_host(address.host)) return false;
  }
  if (rest.empty()) return true;
  const auto port = rest.starts_with(':') ? port_of(rest.substr(1)) : std::nullopt;
  address.port = port.value_or(0);
  return port.has_value();
}

}  // namespace

Result<WebAddress> parse_web_address(std::string_view url) {
  // The text itself is not repeated when it may hold a password.
  if (url.contains('@')) {
    return invalid("the URL has a user name or password in it; give them apart, in files");
  }
  const auto bad = [&](std::string_view why) {
    return invalid(std::format("'{}' {}; write it as in https://api.example.org/v3", url, why));
  };
  WebAddress address;
  if (url.starts_with(kHttps)) {
    url.remove_prefix(kHttps.size());
    address.port = kHttpsPort;
  } else if (url.starts_with(kHttp)) {
    url.remove_prefix(kHttp.size());
    address.tls = false;
    address.port = kHttpPort;
  } else {
    return bad("does not begin with https://");
  }
  if (url.contains('?') || url.contains('#')) return bad("has a query or a fragment");
  const auto slash = std::min(url.find('/'), url.size());
  if (!read_authority(url.substr(0, slash), address)) return bad("has no valid host and port");
  auto prefix = url.substr(slash);
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  address.prefix = encoded(prefix, "/%");
  return address;
}

bool is_loopback(std::string_view host) {
  const std::string text(host);
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1) {
    return (ntohl(four.s_addr) >> 24U) == 127;
  }
  return host == "localhost" || host == "::1";
}

std::string web_target(const WebRequest& request, bool reveal) {
  std::string target = encoded(request.path, "/:");
  char separator = '?';
  for (const auto& parameter : request.query) {
    const bool shown = reveal || !parameter.secret;
    target += std::format("{}{}={}", separator, encoded(parameter.name, ""),
                          shown ? encoded(parameter.value, ":") : "***");
    separator = '&';
  }
  return target;
}

}  // namespace drover::os
