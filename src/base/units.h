// Units are types. Conversion factors live here and nowhere else.
//
// Each quantity holds one double in its base unit; the factory and the accessor name the unit, so a
// bare number never crosses an interface. Arithmetic that has no physical meaning does not compile.
#pragma once

#include <compare>
#include <cstdint>
#include <format>

#include "base/time.h"

namespace drover {

// Common behaviour of a linear quantity; Self is the concrete unit type.
template <class Self>
class Quantity {
 public:
  constexpr Quantity() = default;
  friend constexpr auto operator<=>(const Quantity&, const Quantity&) = default;
  friend constexpr Self operator+(Self a, Self b) { return Self::base(a.value_ + b.value_); }
  friend constexpr Self operator-(Self a, Self b) { return Self::base(a.value_ - b.value_); }
  friend constexpr Self operator*(Self a, double factor) { return Self::base(a.value_ * factor); }
  friend constexpr Self operator*(double factor, Self a) { return Self::base(a.value_ * factor); }
  friend constexpr Self operator/(Self a, double divisor) { return Self::base(a.value_ / divisor); }
  friend constexpr double operator/(Self a, Self b) { return a.value_ / b.value_; }
  friend constexpr Self& operator+=(Self& a, Self b) { return a = a + b; }
  friend constexpr Self& operator-=(Self& a, Self b) { return a = a - b; }

  static constexpr Self base(double value) {
    Self self;
    self.value_ = value;
    return self;
  }

 protected:
  double value_ = 0;
};

class Power : public Quantity<Power> {
 public:
  static constexpr Power watts(double value) { return base(value); }
  [[nodiscard]] constexpr double watts() const { return value_; }
};

class Energy : public Quantity<Energy> {
 public:
  static constexpr Energy joules(double value) { return base(value); }
  static constexpr Energy kilowatt_hours(double value) {
    return base(value * kJoulesPerKilowattHour);
  }
  [[nodiscard]] constexpr double joules() const { return value_; }
  [[nodiscard]] constexpr double kilowatt_hours() const { return value_ / kJoulesPerKilowattHour; }

 private:
  static constexpr double kJoulesPerKilowattHour = 3.6e6;
};

// Mass of CO2-equivalent.
class Carbon : public Quantity<Carbon> {
 public:
  static constexpr Carbon grams(double value) { return base(value); }
  [[nodiscard]] constexpr double grams() const { return value_; }
};

// Carbon intensity of electricity, gCO2eq/kWh.
class Intensity : public Quantity<Intensity> {
 public:
  static constexpr Intensity grams_per_kwh(double value) { return base(value); }
  // 1 lb = 0.45359237 kg exactly; lb/MWh is the unit of some marginal signals.
  static constexpr Intensity pounds_per_mwh(double value) { return base(value * 0.45359237); }
  [[nodiscard]] constexpr double grams_per_kwh() const { return value_; }
};

// An amount of data. Signed, so that differences are safe.
class Bytes {
 public:
  constexpr Bytes() = default;
  constexpr explicit Bytes(std::int64_t count) : count_(count) {}
  static constexpr Bytes mebibytes(double value) {
    return Bytes{static_cast<std::int64_t>(value * 1024.0 * 1024.0)};
  }
  [[nodiscard]] constexpr std::int64_t count() const { return count_; }
  [[nodiscard]] constexpr double mebibytes() const {
    return static_cast<double>(count_) / (1024.0 * 1024.0);
  }
  friend constexpr auto operator<=>(const Bytes&, const Bytes&) = default;
  friend constexpr Bytes operator+(Bytes a, Bytes b) { return Bytes{a.count_ + b.count_}; }
  friend constexpr Bytes operator-(Bytes a, Bytes b) { return Bytes{a.count_ - b.count_}; }
  friend constexpr Bytes& operator+=(Bytes& a, Bytes b) { return a = a + b; }

 private:
  std::int64_t count_ = 0;
};

class Bandwidth : public Quantity<Bandwidth> {
 public:
  static constexpr Bandwidth bits_per_second(double value) { return base(value); }
  [[nodiscard]] constexpr double bits_per_second() const { return value_; }
};

constexpr Energy operator*(Power power, Duration time) {
  return Energy::joules(power.watts() * static_cast<double>(time.count()) / 1000.0);
}
constexpr Energy operator*(Duration time, Power power) { return power * time; }
constexpr Carbon operator*(Energy energy, Intensity intensity) {
  return Carbon::grams(energy.kilowatt_hours() * intensity.grams_per_kwh());
}
constexpr Carbon operator*(Intensity intensity, Energy energy) { return energy * intensity; }

}  // namespace drover

// Formatters print the unit; a format spec applies to the number: std::format("{:.1f}", power) ->
// "12.5 W".
#define DROVER_UNIT_FORMATTER(Type, accessor, unit)                         \
  template <>                                                               \
  struct std::formatter<drover::Type> : std::formatter<double> {            \
    auto format(drover::Type value, auto& context) const {                  \
      auto out = std::formatter<double>::format(value.accessor(), context); \
      return std::format_to(out, " " unit);                                 \
    }                                                                       \
  };
DROVER_UNIT_FORMATTER(Power, watts, "W")
DROVER_UNIT_FORMATTER(Energy, joules, "J")
DROVER_UNIT_FORMATTER(Carbon, grams, "gCO2eq")
DROVER_UNIT_FORMATTER(Intensity, grams_per_kwh, "gCO2eq/kWh")
DROVER_UNIT_FORMATTER(Bytes, mebibytes, "MiB")
DROVER_UNIT_FORMATTER(Bandwidth, bits_per_second, "bit/s")
#undef DROVER_UNIT_FORMATTER
