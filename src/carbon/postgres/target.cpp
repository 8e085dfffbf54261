#include "carbon/postgres/target.h"

#include <libpq-fe.h>

#include <chrono>
#include <format>
#include <map>
#include <memory>
#include <string_view>

namespace drover::carbon {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { ::PQconninfoFree(options); }
};

std::string in_quotes(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') {
      text += '\\';
    }
    text += c;
  }
  return text + "'";
}

std::string name_of(const std::map<std::string, std::string>& values) {
  const auto get = [&](const std::string& key) {
    const auto found = values.find(key);
    return found == values.end() ? std::string() : found->second;
  };
  std::string name = "PostgreSQL database";
  name += get("dbname").empty() ? "" : std::format(" '{}'", get("dbname"));
  const auto host = get("host").empty() ? get("hostaddr") : get("host");
  name += host.empty() ? "" : std::format(" at {}", host);
  name += get("port").empty() ? "" : std::format(":{}", get("port"));
  name += get("service").empty() ? "" : std::format(" of service '{}'", get("service"));
  return name;
}

}  // namespace

bool is_postgres_uri(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

Result<Target> parse_target(const std::string& connection, const PostgresOptions& options) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> parsed(
      ::PQconninfoParse(connection.c_str(), &message));
  ::PQfreemem(message);  // it quotes what it cannot read, which may be a password
  if (parsed == nullptr || connection.contains('\0')) {
    return invalid(
        "this is no PostgreSQL connection; write postgresql://USER@HOST:PORT/DATABASE, with %XX "
        "for "
        "special characters, or host=HOST dbname=DATABASE");
  }
  // A peer that vanishes without a word is noticed within a minute.
  std::map<std::string, std::string> values = {
      {"connect_timeout",
       std::to_string(std::chrono::ceil<std::chrono::seconds>(options.connect_timeout).count())},
      {"application_name", "drover"},
      {"keepalives_idle", "20"},
      {"keepalives_interval", "10"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "50000"}};
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) {
      continue;
    }
    if (std::string_view(option->dispchar) == "*") {
      return invalid(
          std::format("the connection contains a {}, which others could see in the list of "
                      "processes and in files; leave it out and put it into the file that "
                      "PGPASSFILE names (~/.pgpass), into PGPASSWORD or into a service file",
                      option->keyword));
    }
    values[option->keyword] = option->val;
  }
  Target target{.connection = "client_encoding='UTF8'", .name = name_of(values)};
  values.erase("client_encoding");
  for (const auto& [key, value] : values) {
    target.connection += std::format(" {}={}", key, in_quotes(value));
  }
  return target;
}

}  // namespace drover::carbon
