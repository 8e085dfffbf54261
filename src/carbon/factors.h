// What a kWh of each kind of generation emits, to make carbon intensity of a generation mix. The
// table, its sources and limits: docs/models/emission-factors.md.
#pragma once

#include <optional>
#include <string_view>

#include "base/units.h"
#include "carbon/series.h"

namespace drover::carbon {

enum class Fuel {
  kCoal,
  kGas,
  kOil,
  kBiomass,
  kGeothermal,
  kHydro,
  kNuclear,
  kSolar,
  kWind,
  kOther,  // unknown too
};

Intensity emission_factor(Fuel fuel, Scope scope);

// Of ENTSO-E's production types, "B01" to "B25"; absent for one that is not known.
std::optional<Fuel> fuel_of_psr_type(std::string_view type);

// sum(power * factor) / sum(power), bit by bit: energy may stand for power.
class Mix {
 public:
  explicit Mix(Scope scope) : scope_(scope) {}
  // Not negative.
  void add(Fuel fuel, double megawatts);
  // Absent when nothing was generated: that is no carbon intensity of 0.
  [[nodiscard]] std::optional<Intensity> intensity() const;

 private:
  Scope scope_;
  double megawatts_ = 0;
  double weighted_ = 0;
};

}  // namespace drover::carbon
