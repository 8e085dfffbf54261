#include "cli/carbon_config.h"

#include <algorithm>
#include <array>
#include <format>
#include <iterator>
#include <map>
#include <span>
#include <utility>

#include "base/text.h"
#include "carbon/given.h"
#include "carbon/gridapi/registry.h"
#include "carbon/gridapi/secrets.h"
#include "cli/carbon_secret.h"
#include "cluster/local/quantity.h"
#include "cluster/local/yaml_reader.h"
#include "os/file.h"

namespace drover::cli {
namespace {

using carbon::gridapi::Credentials;
using carbon::gridapi::ProviderEntry;
using cluster::local::Field;
using cluster::local::Problems;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kMaxHorizonHours = 96;
constexpr Duration kLongestTimeout = minutes{10};
constexpr Duration kLongestPeriod = std::chrono::days{7};

constexpr std::string_view kProviders = "providers";
constexpr std::array<std::string_view, 24> kProviderKeys = {
    "name",         "type",           "base_url",       "path_prefix",  "auth_header",
    "token_file",   "token_env",      "username",       "username_env", "password_file",
    "password_env", "plain_http",     "ca_file",        "source",       "connect_timeout",
    "read_timeout", "call_timeout",   "body_limit_mib", "step",         "horizon_hours",
    "every",        "forecast_every", "stale_after",    "zones"};
constexpr std::array<std::string_view, 3> kZoneKeys = {"zone", "id", "signals"};
constexpr std::array<std::string_view, 8> kLiteralSecrets = {
    "token", "key", "api_key", "apikey", "auth_token", "password", "secret", "security_token"};

// One configuration in the making.
struct Reader {
  Problems& problems;
  std::filesystem::path folder;
  const Environment& environment;
};

// As Field::only(), but no value is shown: a secret under a misspelt key is still one.
void check_keys(const Field& map, std::span<const std::string_view> keys, Problems& problems) {
  for (const auto& [key, field] : map.entries()) {
    const auto where = map.path().empty() ? key : map.path() + "." + key;
    if (std::ranges::contains(kLiteralSecrets, key)) {
      problems.add(field.line(), where, "",
                   "no secret may stand in this file; put it in a file that only its owner can "
                   "read and name that with token_file (password_file), or name an environment "
                   "variable with token_env (password_env)");
    } else if (!std::ranges::contains(keys, key)) {
      problems.add(field.line(), where, "", "is not supported here" + suggest(key, keys));
    }
  }
}

// What stands under keys that are not known may be a secret in the wrong place: no message shows
// it, nor its beginning, which is all that a message shows of a long value.
void hide_unknown(const YAML::Node& node, carbon::gridapi::Secrets& hidden, int depth = 0) {
  constexpr std::size_t kShown = 60;
  constexpr int kDeepest = 5;  // an anchor may hold itself
  if (depth > kDeepest || (!node.IsMap() && !node.IsSequence())) {
    return;
  }
  for (const auto& entry : node) {
    if (node.IsSequence()) {
      hide_unknown(entry, hidden, depth + 1);
      continue;
    }
    const auto key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    const bool known = key == kProviders || std::ranges::contains(kProviderKeys, key) ||
                       std::ranges::contains(kZoneKeys, key);
    if (!known && entry.second.IsScalar()) {
      hidden.add(entry.second.Scalar());
      hidden.add(entry.second.Scalar().substr(0, kShown));
    }
    hide_unknown(entry.second, hidden, depth + 1);
  }
}

Duration period(const Field& field, Duration otherwise, Duration least, Duration most) {
  const auto given = field.parsed(cluster::local::parse_duration);
  if (!given) {
    return otherwise;
  }
  if (*given < least || *given > most) {
    field.problem(std::format("is not between {} and {}",
                              std::chrono::duration_cast<seconds>(least),
                              std::chrono::duration_cast<seconds>(most)));
  }
  return *given;
}

const ProviderEntry* read_type(const Field& field) {
  const auto type = field.need("type", "which service it is, such as 'type: electricitymaps'");
  const auto text = type.text();
  if (!text) {
    return nullptr;
  }
  const auto entry = carbon::gridapi::find_provider(*text);
  if (!entry) {
    type.problem(entry.error().what);
  }
  return entry.value_or(nullptr);
}

void read_web(const Reader& reader, const Field& field, const ProviderEntry& entry,
              os::WebClient::Options& web) {
  const auto url = field.at("base_url");
  if (!url.present() && entry.base_url.empty()) {
    url.problem("is missing; this type has no address of its own, so say where its server is");
  }
  web.base_url = url.text().value_or(std::string(entry.base_url));
  web.plain_http = field.at("plain_http").boolean().value_or(false);
  const auto address = os::parse_web_address(web.base_url);
  if (url.present() && !address) {
    reader.problems.add(url.line(), url.path(), "", address.error().what);
  } else if (address && !address->tls && !web.plain_http && !os::is_loopback(address->host)) {
    url.problem("would send the key unencrypted; use https://, or say 'plain_http: true'");
  }
  const auto ca = field.at("ca_file");
  if (const auto path = ca.text()) {
    web.ca_file = reader.folder / *path;
    if (!os::exists(web.ca_file)) {
      ca.problem("does not exist; name a file with the certificates to trust, or leave it out");
    }
  }
  constexpr Duration kShortest = std::chrono::milliseconds{10};
  web.connect_timeout =
      period(field.at("connect_timeout"), web.connect_timeout, kShortest, kLongestTimeout);
  web.read_timeout = period(field.at("read_timeout"), web.read_timeout, kShortest, kLongestTimeout);
  web.call_timeout = period(field.at("call_timeout"), web.call_timeout, kShortest, kLongestTimeout);
  if (const auto limit = field.at("body_limit_mib").integer(1, 32)) {
    web.body_limit = Bytes{*limit << 20};
  }
}

carbon::gridapi::PollRule read_rule(const Field& field, const ProviderEntry& entry) {
  carbon::gridapi::PollRule rule;
  rule.every = period(field.at("every"), std::max<Duration>(entry.point_period, minutes{5}),
                      entry.point_period, kLongestPeriod);
  rule.forecast_every = entry.forecast_period;
  const auto forecasts = field.at("forecast_every");
  if (entry.forecast_period > Duration{0}) {
    rule.forecast_every = period(forecasts, std::max<Duration>(entry.forecast_period, hours{1}),
                                 entry.forecast_period, kLongestPeriod);
  } else if (forecasts.present()) {
    forecasts.problem("means nothing here: this service makes no forecasts; remove it");
  }
  rule.stale_after =
      period(field.at("stale_after"), hours{4}, entry.point_period, 4 * kLongestPeriod);
  return rule;
}

void read_credentials(const Reader& reader, const Field& field, const ProviderEntry& entry,
                      carbon::gridapi::ProviderSettings& settings) {
  const SecretReader secrets{
      .problems = reader.problems, .folder = reader.folder, .environment = reader.environment};
  const auto kind = entry.credentials;
  const auto unwanted = [&](std::initializer_list<const char*> keys) {
    for (const auto* key : keys) {
      if (const auto extra = field.at(key); extra.present()) {
        reader.problems.add(extra.line(), extra.path(), "",
                            std::format("means nothing to {}; remove it", entry.name));
      }
    }
  };
  if (kind == Credentials::kToken || kind == Credentials::kOptionalToken) {
    settings.token = secrets.secret(field, "token", kind == Credentials::kToken);
    unwanted({"username", "username_env", "password_file", "password_env"});
  } else if (kind == Credentials::kLogin) {
    settings.username = secrets.username(field);
    settings.password = secrets.secret(field, "password", true);
    unwanted({"token_file", "token_env"});
  } else {
    unwanted(
        {"token_file", "token_env", "username", "username_env", "password_file", "password_env"});
  }
}

// Each signal of a zone is a feed of its own.
void read_zone(const Reader& reader, const Field& field, const ProviderEntry& entry,
               std::vector<carbon::Feed>& feeds) {
  check_keys(field, kZoneKeys, reader.problems);
  const auto zone = field.need("zone", "the zone as nodes name it, such as 'zone: DE'");
  const auto name = zone.text().value_or("");
  if (zone.present() && !carbon::is_zone_name(name)) {
    zone.problem("is no name of a zone; use letters, digits, '-', '_' and '.'");
  }
  const auto id = field.at("id").text().value_or(name);
  if (id.empty() && zone.present()) {
    field.at("id").problem("is empty; say how the service calls the zone");
  }
  std::vector<std::string> signals;
  const auto list = field.at("signals");
  for (const auto& item : list.present() ? list.items() : std::vector<Field>{}) {
    const auto signal = item.text().value_or("");
    if (!std::ranges::contains(entry.signals, signal)) {
      item.problem(std::format("is no signal of {}{}", entry.name, suggest(signal, entry.signals)));
    }
    signals.push_back(signal);
  }
  if (signals.empty()) {
    signals.emplace_back(entry.signals.front());
  }
  for (const auto& signal : signals) {
    const carbon::Feed feed{.zone = ZoneId{name}, .remote = id, .signal = signal};
    const auto same = [&](const carbon::Feed& other) {
      return other.zone == feed.zone && other.signal == feed.signal;
    };
    if (std::ranges::any_of(feeds, same)) {
      field.at("zone").problem(std::format("has signal {} twice; remove one", signal));
    }
    feeds.push_back(feed);
  }
}

std::optional<ConfiguredProvider> read_provider(const Reader& reader, const Field& field) {
  check_keys(field, kProviderKeys, reader.problems);
  const auto* entry = read_type(field);
  const auto zones = field.need("zones", "a list of zones, each with zone and perhaps id");
  if (entry == nullptr) {
    return std::nullopt;
  }
  ConfiguredProvider provider;
  auto& settings = provider.settings;
  settings.type = entry->name;
  settings.name = field.at("name").text().value_or(settings.type);
  settings.path_prefix = field.at("path_prefix").text().value_or("");
  settings.auth_header = field.at("auth_header").text().value_or("");
  settings.source = field.at("source").text().value_or("");
  settings.step = period(field.at("step"), hours{1}, minutes{5}, hours{1});
  if (hours{1} % settings.step != Duration{0}) {
    field.at("step").problem("does not divide an hour; use 5m, 15m, 30m or 1h");
  }
  if (const auto horizon = field.at("horizon_hours").integer(1, kMaxHorizonHours)) {
    settings.horizon_hours = static_cast<int>(*horizon);
  }
  read_web(reader, field, *entry, provider.web);
  read_credentials(reader, field, *entry, settings);
  provider.rule = read_rule(field, *entry);
  for (const auto& zone : zones.items()) {
    read_zone(reader, zone, *entry, provider.feeds);
  }
  if (zones.present() && provider.feeds.empty()) {
    zones.problem("has no zone; add at least one");
  }
  if (auto complete = carbon::gridapi::completed(settings)) {
    settings = *std::move(complete);
  }
  return provider;
}

CarbonConfig read_config(const Reader& reader, const Field& root) {
  constexpr std::array kKeys = {kProviders};
  check_keys(root, kKeys, reader.problems);
  CarbonConfig config;
  std::map<std::string, int> first_line;
  for (const auto& field :
       root.need("providers", "a list of providers, each with type and zones").items()) {
    auto provider = read_provider(reader, field);
    if (!provider) {
      continue;
    }
    const auto [first, added] = first_line.emplace(provider->settings.name, field.line());
    if (!added) {
      field.at("name").problem(
          std::format("'{}' is the provider on line {} too; give each its own name", first->first,
                      first->second));
    }
    config.providers.push_back(*std::move(provider));
  }
  return config;
}

}  // namespace

Result<CarbonConfig> parse_carbon_config(std::string_view text, const std::filesystem::path& file,
                                         const Environment& environment) {
  const auto documents = cluster::local::read_yaml(text, file);
  if (!documents) {
    return std::unexpected(documents.error());
  }
  Problems problems(file);
  if (documents->size() != 1 || !documents->front().IsMap()) {
    problems.add(1, "", "",
                 "must hold one YAML map with 'providers'; see docs/formats/carbon-config.md");
    return problems.error();
  }
  carbon::gridapi::Secrets hidden;
  try {
    hide_unknown(documents->front(), hidden);
    const Reader reader{.problems = problems,
                        .folder = std::filesystem::absolute(file).parent_path(),
                        .environment = environment};
    auto config = read_config(reader, Field(problems, documents->front(), "", 1));
    if (problems.empty() && !config.providers.empty()) {
      return config;
    }
    if (problems.empty()) {
      problems.add(1, "providers", "", "has no provider; add at least one");
    }
  } catch (const YAML::Exception& error) {
    problems.add(error.mark.line + 1, "", "", error.msg);
  }
  auto error = problems.error().error();
  error.what = hidden.scrubbed(std::move(error.what));
  return std::unexpected(std::move(error));
}

Result<CarbonConfig> load_carbon_config(const std::filesystem::path& file,
                                        const Environment& environment) {
  return cluster::local::read_text_file(file).and_then(
      [&](const std::string& text) { return parse_carbon_config(text, file, environment); });
}

}  // namespace drover::cli
