// The configuration of providers of carbon data: docs/formats/carbon-config.md.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "carbon/gridapi/poll_state.h"
#include "carbon/gridapi/settings.h"
#include "carbon/provider.h"
#include "os/web_client.h"

namespace drover::cli {

struct ConfiguredProvider {
  carbon::gridapi::ProviderSettings settings;  // complete, with its secrets
  os::WebClient::Options web;
  carbon::gridapi::PollRule rule;
  std::vector<carbon::Feed> feeds;
};

struct CarbonConfig {
  std::vector<ConfiguredProvider> providers;
};

// The value of an environment variable.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// Every problem at once, each as "file:line: field: advice". No problem repeats a secret, nor what
// may be one in the wrong place. Files named in it are relative to `file`.
Result<CarbonConfig> parse_carbon_config(std::string_view text, const std::filesystem::path& file,
                                         const Environment& environment);

Result<CarbonConfig> load_carbon_config(const std::filesystem::path& file,
                                        const Environment& environment);

}  // namespace drover::cli
