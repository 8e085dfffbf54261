#include "carbon/factors.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace drover::carbon {
namespace {

struct Factor {
  double direct;     // g/kWh
  double lifecycle;  // g/kWh
};

// In the order of Fuel. Direct: the stack emissions that CarbonCast uses (Maji et al. 2022).
// Lifecycle: medians of IPCC AR5 WG3 annex III, apart from oil, solar and other, which are
// conventions of the same table.
constexpr std::array<Factor, 10> kFactors = {{
    {.direct = 760, .lifecycle = 820},  // coal
    {.direct = 370, .lifecycle = 490},  // gas
    {.direct = 406, .lifecycle = 650},  // oil
    {.direct = 0, .lifecycle = 230},    // biomass
    {.direct = 0, .lifecycle = 38},     // geothermal
    {.direct = 0, .lifecycle = 24},     // hydro
    {.direct = 0, .lifecycle = 12},     // nuclear
    {.direct = 0, .lifecycle = 45},     // solar
    {.direct = 0, .lifecycle = 11},     // wind
    {.direct = 575, .lifecycle = 700},  // other and unknown
}};

struct PsrType {
  std::string_view code;
  Fuel fuel;
};

// ENTSO-E's code list "AssetTypeList". Where the table has no row of its own, the nearest with the
// higher factor was taken.
constexpr std::array kPsrTypes = {
    PsrType{.code = "B01", .fuel = Fuel::kBiomass},
    PsrType{.code = "B02", .fuel = Fuel::kCoal},  // lignite
    PsrType{.code = "B03", .fuel = Fuel::kCoal},  // gas made of coal
    PsrType{.code = "B04", .fuel = Fuel::kGas},
    PsrType{.code = "B05", .fuel = Fuel::kCoal},
    PsrType{.code = "B06", .fuel = Fuel::kOil},
    PsrType{.code = "B07", .fuel = Fuel::kOil},   // oil shale
    PsrType{.code = "B08", .fuel = Fuel::kCoal},  // peat
    PsrType{.code = "B09", .fuel = Fuel::kGeothermal},
    PsrType{.code = "B10", .fuel = Fuel::kHydro},  // from pumped storage
    PsrType{.code = "B11", .fuel = Fuel::kHydro},  // run of river
    PsrType{.code = "B12", .fuel = Fuel::kHydro},  // reservoir
    PsrType{.code = "B13", .fuel = Fuel::kHydro},  // marine
    PsrType{.code = "B14", .fuel = Fuel::kNuclear},
    PsrType{.code = "B15", .fuel = Fuel::kBiomass},  // other renewable
    PsrType{.code = "B16", .fuel = Fuel::kSolar},
    PsrType{.code = "B17", .fuel = Fuel::kOther},  // waste
    PsrType{.code = "B18", .fuel = Fuel::kWind},   // offshore
    PsrType{.code = "B19", .fuel = Fuel::kWind},   // onshore
    PsrType{.code = "B20", .fuel = Fuel::kOther},
    PsrType{.code = "B25", .fuel = Fuel::kOther},  // storage: what charged it is not known
};

}  // namespace

Intensity emission_factor(Fuel fuel, Scope scope) {
  const Factor& factor = kFactors.at(static_cast<std::size_t>(fuel));
  return Intensity::grams_per_kwh(scope == Scope::kDirect ? factor.direct : factor.lifecycle);
}

std::optional<Fuel> fuel_of_psr_type(std::string_view type) {
  const auto found = std::ranges::find(kPsrTypes, type, &PsrType::code);
  return found == kPsrTypes.end() ? std::optional<Fuel>{} : found->fuel;
}

void Mix::add(Fuel fuel, double megawatts) {
  megawatts_ += megawatts;
  weighted_ += megawatts * emission_factor(fuel, scope_).grams_per_kwh();
}

std::optional<Intensity> Mix::intensity() const {
  return megawatts_ > 0 ? std::optional(Intensity::grams_per_kwh(weighted_ / megawatts_))
                        : std::nullopt;
}

}  // namespace drover::carbon
