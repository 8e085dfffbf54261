// The services; made by the table in registry.cpp.
#pragma once

#include <memory>

#include "carbon/gridapi/caller.h"
#include "carbon/gridapi/settings.h"
#include "carbon/provider.h"

namespace drover::carbon::gridapi {

std::unique_ptr<Provider> make_electricity_maps(const ProviderSettings& settings, Caller caller);
std::unique_ptr<Provider> make_watttime(const ProviderSettings& settings, Caller caller);
std::unique_ptr<Provider> make_uk(const ProviderSettings& settings, Caller caller);
std::unique_ptr<Provider> make_entsoe(const ProviderSettings& settings, Caller caller);
std::unique_ptr<Provider> make_carbon_aware(const ProviderSettings& settings, Caller caller);

}  // namespace drover::carbon::gridapi
