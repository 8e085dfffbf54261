#include "cli/carbon_config.h"

#include <filesystem>
#include <format>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "os/testing/expect.h"
#include "os/testing/temp_dir.h"

namespace drover::cli {
namespace {

using os::testing::FailsWith;
using os::testing::IsOk;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kSecret = "s3cret-t0ken";

class CarbonConfigFile : public ::testing::Test {
 protected:
  CarbonConfigFile() { keep("em.key", std::string(kSecret) + "\n"); }

  void keep(const std::string& name, const std::string& text, unsigned mode = 0600) {
    std::ofstream(folder_ / name) << text;
    std::filesystem::permissions(folder_ / name, static_cast<std::filesystem::perms>(mode));
  }

  Result<CarbonConfig> parse(const std::string& text) {
    return parse_carbon_config(text, folder_ / "carbon.yaml", [](const std::string& name) {
      return name == "CARBON_KEY" ? std::optional<std::string>(kSecret)
             : name == "EMPTY"    ? std::optional<std::string>("")
                                  : std::nullopt;
    });
  }

  // The problems of a provider with these lines besides type and zones.
  std::string problems(const std::string& lines, const std::string& type = "electricitymaps") {
    const auto config =
        parse(std::format("providers:\n  - type: {}\n    zones: [{{zone: DE}}]\n{}", type, lines));
    return config ? "none" : config.error().what;
  }

  os::testing::TempDir folder_;
};

TEST_F(CarbonConfigFile, AShortOneHasEverythingElseFromTheTable) {
  const auto config = parse(R"(
providers:
  - type: electricitymaps
    token_file: em.key
    zones:
      - zone: DE
      - {zone: CAL, id: US-CAL-CISO, signals: [direct, lifecycle]}
)");
  ASSERT_THAT(config, IsOk());
  ASSERT_EQ(config->providers.size(), 1);
  const auto& provider = config->providers[0];
  EXPECT_EQ(provider.settings.name, "electricitymaps");
  EXPECT_EQ(provider.settings.token, kSecret);
  EXPECT_EQ(provider.settings.path_prefix, "/v3");
  EXPECT_EQ(provider.settings.auth_header, "auth-token");
  EXPECT_EQ(provider.web.base_url, "https://api.electricitymap.org");
  EXPECT_EQ(provider.rule.every, hours{1});
  EXPECT_EQ(provider.rule.forecast_every, hours{1});
  ASSERT_EQ(provider.feeds.size(), 3);
  EXPECT_EQ(provider.feeds[0].remote, "DE");
  EXPECT_EQ(provider.feeds[0].signal, "direct");
  EXPECT_EQ(provider.feeds[2].zone.str(), "CAL");
  EXPECT_EQ(provider.feeds[2].remote, "US-CAL-CISO");
  EXPECT_EQ(provider.feeds[2].signal, "lifecycle");
}

TEST_F(CarbonConfigFile, EverythingCanBeSaid) {
  keep("pw", "my-passw0rd");
  keep("ca.pem", "x");
  const auto config = parse(R"(
providers:
  - name: marginal
    type: watttime
    base_url: https://proxy.example:8443/watttime
    path_prefix: /v4
    auth_header: X-Token
    username: me
    password_file: pw
    ca_file: ca.pem
    connect_timeout: 2s
    read_timeout: 3s
    call_timeout: 4s
    body_limit_mib: 5
    source: wt
    step: 5m
    horizon_hours: 72
    every: 10m
    forecast_every: 30m
    stale_after: 2h
    zones: [{zone: CAL, id: "37.8,-122.4", signals: [co2_moer]}]
  - {type: uk, zones: [{zone: GB}]}
)");
  ASSERT_THAT(config, IsOk());
  const auto& provider = config->providers.at(0);
  EXPECT_EQ(provider.settings.username, "me");
  EXPECT_EQ(provider.settings.password, "my-passw0rd");
  EXPECT_EQ(provider.settings.path_prefix, "/v4");
  EXPECT_EQ(provider.settings.auth_header, "X-Token");
  EXPECT_EQ(provider.settings.source, "wt");
  EXPECT_EQ(provider.settings.step, minutes{5});
  EXPECT_EQ(provider.settings.horizon_hours, 72);
  EXPECT_EQ(provider.web.base_url, "https://proxy.example:8443/watttime");
  EXPECT_EQ(provider.web.ca_file, folder_ / "ca.pem");
  EXPECT_EQ(provider.web.call_timeout, seconds{4});
  EXPECT_EQ(provider.web.body_limit, Bytes{5 << 20});
  EXPECT_EQ(provider.rule.every, minutes{10});
  EXPECT_EQ(provider.rule.forecast_every, minutes{30});
  EXPECT_EQ(provider.rule.stale_after, hours{2});
  EXPECT_EQ(config->providers.at(1).settings.type, "uk");
}

TEST_F(CarbonConfigFile, ASecretComesFromAFileOrTheEnvironmentAndOnlyFromOne) {
  EXPECT_EQ(problems("    token_env: CARBON_KEY"), "none");
  EXPECT_TRUE(problems("").contains(":2: providers[0].token_file: is missing"));
  EXPECT_TRUE(problems("    token_env: NOT_SET").contains("is not set"));
  EXPECT_TRUE(problems("    token_env: EMPTY").contains("is empty"));
  EXPECT_TRUE(problems("    token_env: CARBON_KEY\n    token_file: em.key")
                  .contains(":4: providers[0].token_env: stands beside token_file"));
}

TEST_F(CarbonConfigFile, ALiteralSecretIsRefusedWithTheWayOutAndNotRepeated) {
  for (const char* key : {"token", "api_key", "password", "tokn", "my_key"}) {
    const auto said = problems(std::format("    {}: {}\n    {}: {}", key, kSecret, key, kSecret));
    EXPECT_TRUE(said.contains(std::format(":4: providers[0].{}", key))) << said;
    EXPECT_FALSE(said.contains(kSecret)) << said;
  }
  EXPECT_TRUE(problems("    token: x").contains("token_file"));
  const std::string longer(100, 'q');
  EXPECT_FALSE(problems("    token: " + longer + "\n    token: " + longer).contains("qqqq"));
  EXPECT_FALSE(problems(std::format("    token_file: {}", kSecret)).contains(kSecret));
  EXPECT_FALSE(problems(std::format("    token_env: {}", kSecret)).contains(kSecret));
  EXPECT_FALSE(
      problems(std::format("    base_url: https://me:{}@a.example", kSecret)).contains(kSecret));
}

TEST_F(CarbonConfigFile, ASecretsFileMustBeItsOwnersAlone) {
  keep("open.key", kSecret, 0644);
  const auto said = problems("    token_file: open.key");
  EXPECT_TRUE(said.contains("open to every user")) << said;
  EXPECT_TRUE(said.contains("chmod o=")) << said;
  EXPECT_FALSE(said.contains(kSecret));
  keep("group.key", kSecret, 0640);
  EXPECT_EQ(problems("    token_file: group.key"), "none");
  keep("lines.key", std::string(kSecret) + "\nmore");
  EXPECT_TRUE(problems("    token_file: lines.key").contains("more than one line"));
  keep("empty.key", "\n");
  EXPECT_TRUE(problems("    token_file: empty.key").contains("is empty"));
  EXPECT_TRUE(problems("    token_file: .").contains("names no file"));
  EXPECT_TRUE(problems("    token_file: [a]").contains("must be a single value"));
}

TEST_F(CarbonConfigFile, AllProblemsAreToldAtOnceWithTheirLines) {
  const auto config = parse(R"(
providers:
  - type: electricitymap
    zones: []
  - type: entsoe
    token_file: em.key
    tokn_file: em.key
    base_url: http://a.example
    every: 1m
    forecast_every: 1h
    read_timeout: soon
    zones:
      - {zone: "D E", signals: [marginal]}
      - zone: FR
      - zone: FR
  - type: carbonaware
    zones: {}
  - type: uk
    token_env: CARBON_KEY
    step: 7m
    zones: [{zone: GB, regon: 1}]
  - type: uk
    zones: [{zone: GB}]
)");
  ASSERT_FALSE(config);
  const auto& text = config.error().what;
  for (const char* part :
       {":3: providers[0].type: 'electricitymap': there is no provider type 'electricitymap'; did "
        "you mean 'electricitymaps'?",
        ":7: providers[1].tokn_file: is not supported here; did you mean 'token_file'?",
        ":8: providers[1].base_url: 'http://a.example': would send the key unencrypted",
        ":9: providers[1].every: '1m': is not between 3600s",
        ":10: providers[1].forecast_every: '1h': means nothing here",
        ":11: providers[1].read_timeout: 'soon'", ":13: providers[1].zones[0].zone: 'D E'",
        ":13: providers[1].zones[0].signals[0]: 'marginal': is no signal of entsoe",
        ":15: providers[1].zones[2].zone: 'FR': has signal direct twice",
        "providers[2].base_url: is missing", ":17: providers[2].zones: (a map): must be a list",
        ":19: providers[3].token_env: means nothing to uk", ":20: providers[3].step: '7m'",
        ":21: providers[3].zones[0].regon: is not supported here",
        "providers[4].name: 'uk' is the provider on line"}) {
    EXPECT_TRUE(text.contains(part)) << part << "\nis not in\n" << text;
  }
}

TEST_F(CarbonConfigFile, WhatIsNoConfigurationIsAnError) {
  for (const char* text : {"", "[]", "providers: []", "providers: 5", "{", "providers: [5]",
                           "providers: [{zones: 3}]", "a: &a [*a]", "other: 1"}) {
    const auto config = parse(text);
    ASSERT_FALSE(config) << text;
    EXPECT_EQ(config.error().code, Code::kInvalid) << text;
    EXPECT_TRUE(config.error().what.contains("carbon.yaml:")) << config.error().what;
  }
  EXPECT_THAT(load_carbon_config(folder_ / "absent.yaml", {}),
              FailsWith(Code::kNotFound, "absent.yaml"));
}

}  // namespace
}  // namespace drover::cli
