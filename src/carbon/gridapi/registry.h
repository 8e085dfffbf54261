// The table of services: the configuration, the command line and the documents read this one.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "carbon/gridapi/caller.h"
#include "carbon/gridapi/settings.h"
#include "carbon/provider.h"
#include "carbon/store.h"

namespace drover::carbon::gridapi {

enum class Credentials {
  kNone,
  kToken,          // a key, which must be there
  kOptionalToken,  // a key, if there is one
  kLogin,          // user name and password
};

struct ProviderEntry {
  std::string_view name;
  std::string_view summary;
  std::string_view base_url;  // empty: none is known, it must be configured
  std::string_view path_prefix;
  std::string_view auth_header;
  Credentials credentials = Credentials::kNone;
  std::span<const std::string_view> signals;  // what a zone may be asked for; the first by default
  RateLimit rate;
  Duration ban{};              // after a 429 that does not say how long
  Duration point_period{};     // how often there are new values: never asked for more often
  Duration forecast_period{};  // the same of forecasts; zero: none are made
  std::unique_ptr<Provider> (*make)(const ProviderSettings& settings, Caller caller) = nullptr;
};

std::span<const ProviderEntry> providers();

// kNotFound with the nearest name.
Result<const ProviderEntry*> find_provider(std::string_view type);

// What comes back is named and stepped as the feed and the settings say, and no error holds a
// secret. `settings` are complete: see completed().
Result<std::unique_ptr<Provider>> make_provider(const ProviderSettings& settings, Outside outside);

// How a store knows what the feed brings, as far as that can be said beforehand: without a basis,
// and without a source where the settings have none.
SeriesQuery stored_as(const ProviderSettings& settings, const Feed& feed);

// With the entry's own prefix and header where the settings have none. kNotFound as
// find_provider().
Result<ProviderSettings> completed(ProviderSettings settings);

}  // namespace drover::carbon::gridapi
