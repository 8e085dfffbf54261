// The synthetic grid. n: whole hours since 2020-01-01; d: days since 1 January of the year; h: UTC
// hour of day.
//
//   y(n) = floor(10 * clamp(mean + S + W + (1 + gain * cos(2 pi (d - 172) / 365.25)) * D + u,
//   lowest, highest) + 0.5) / 10 S    = year and half-year wave,  W = weekend terms less their
//   weekly mean,  D = day, half-day and third-of-day wave u    = deviation * (sqrt(slow) * x_slow +
//   sqrt(1 - slow) * x_fast) w(n) = rho * w(n-1) + q * eps(n);  x(n) = al * x(n-1) + w(n);  w = x =
//   0 before n = -4096 q    = sqrt((1 - rho^2)(1 - al^2)(1 - rho al) / (1 + rho al)), which makes
//   the variance of x one eps  = sqrt(c) * N(group) + sqrt(1 - c) * N(zone)
//
// AR(1) innovations carry the memory; the pole al only smooths the steps from hour to hour, which
// AR(1) alone makes 1.3 to 2.2 times too large, inventing changes of the cleanest zone. Imitates
// mean, spread, daily, weekly and yearly shape and persistence of 2021 to 2023; no trends, outages
// or weather regimes.
//
// Same bits everywhere: normals are sums of integers, sqrt is exact by IEEE 754, the cosine is our
// own (libm's differs by machine), and this file is compiled without fused multiply-add.
#include "carbon/synthetic.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <format>
#include <numbers>
#include <string>

#include "base/text.h"
#include "carbon/synthetic_zones.h"

namespace drover::carbon {
namespace {

constexpr Instant kEpoch = kSyntheticBegin;
constexpr Instant kLimit = std::chrono::sys_days{std::chrono::year{2080} / 1 / 1};
constexpr std::int64_t kWarmUpHours = 4096;
constexpr double kDaysPerYear = 365.25;
constexpr double kMidsummer = 172;  // day of year
constexpr std::uint64_t kLongestGapHours = 6;

std::uint64_t mix(std::uint64_t z) {  // finaliser of splitmix64
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

// A stream of 64-bit words that can be read at any place.
class Stream {
 public:
  Stream(std::uint64_t seed, std::string_view label) {
    std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
    for (const char c : label) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    key_ = mix(seed ^ hash);
  }
  [[nodiscard]] std::uint64_t word(std::uint64_t i) const {
    return mix(key_ + (i + 1) * 0x9E3779B97F4A7C15);
  }

  // Twelve uniforms of 16 bits; 393210 is twelve times their mean of 32767.5.
  [[nodiscard]] double normal(std::uint64_t j) const {
    std::int64_t sum = -393210;
    for (std::uint64_t i = 3 * j; i < 3 * j + 3; ++i) {
      for (std::uint64_t bits = word(i), field = 0; field < 4; ++field, bits >>= 16) {
        sum += static_cast<std::int64_t>(bits & 0xFFFF);
      }
    }
    return static_cast<double>(sum) / 65536;
  }

 private:
  std::uint64_t key_ = 0;
};

// cos(2 pi turns) by folding into a quarter turn and the Taylor series, whose first left-out term
// is below 1e-19 there.
double cos_turns(double turns) {
  double part = std::abs(turns - std::floor(turns + 0.5));
  const bool negative = part > 0.25;
  part = negative ? 0.5 - part : part;
  const double angle = 2 * std::numbers::pi * part;
  double sum = 1;
  for (int power = 24; power > 0; power -= 2) {
    sum = 1 - sum * angle * angle / (power * (power - 1));
  }
  return negative ? -sum : sum;
}

double at(const Wave& wave, double t, double period) {
  return wave.amplitude * cos_turns((t - wave.peak) / period);
}

// The deterministic part: mean, seasons, weekend and daily shape.
double regular(const SyntheticZone& zone, Instant instant) {
  const auto midnight = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{midnight};
  const auto new_year = std::chrono::sys_days{date.year() / 1 / 1};
  const double hour = std::chrono::duration<double, std::ratio<3600>>(instant - midnight).count();
  const double day = static_cast<double>((midnight - new_year).count()) + hour / 24;
  const std::chrono::weekday weekday{midnight};

  const double seasons =
      at(zone.year, day, kDaysPerYear) + at(zone.half_year, day, kDaysPerYear / 2);
  const double weekend = (weekday == std::chrono::Saturday ? zone.saturday : 0) +
                         (weekday == std::chrono::Sunday ? zone.sunday : 0) -
                         (zone.saturday + zone.sunday) / 7;
  const double daily =
      at(zone.day, hour, 24) + at(zone.half_day, hour, 12) + at(zone.third_day, hour, 8);
  const double gain = 1 + zone.summer_gain * cos_turns((day - kMidsummer) / kDaysPerYear);
  return zone.mean + seasons + weekend + gain * daily;
}

// One component of the noise, stepped hour by hour from the beginning of the warm-up.
class Component {
 public:
  struct Shape {
    std::string_view name;  // "slow" or "fast"
    double memory = 0;
    double smoothing = 0;
  };
  Component(std::uint64_t seed, const SyntheticZone& zone, const Shape& shape)
      : own_(seed, std::format("{}/{}", zone.name, shape.name)),
        group_(seed, std::format("{}/{}", zone.coupling.group, shape.name)),
        own_weight_(std::sqrt(1 - zone.coupling.correlation)),
        group_weight_(std::sqrt(zone.coupling.correlation)),
        rho_(shape.memory),
        al_(shape.smoothing),
        q_(std::sqrt((1 - rho_ * rho_) * (1 - al_ * al_) * (1 - rho_ * al_) / (1 + rho_ * al_))) {}

  double next() {
    const double shared = group_weight_ > 0 ? group_weight_ * group_.normal(j_) : 0;
    innovation_ = rho_ * innovation_ + q_ * (shared + own_weight_ * own_.normal(j_));
    ++j_;
    return value_ = al_ * value_ + innovation_;
  }

 private:
  Stream own_;
  Stream group_;
  double own_weight_;
  double group_weight_;
  double rho_;
  double al_;
  double q_;
  std::uint64_t j_ = 0;  // n + 4096
  double innovation_ = 0;
  double value_ = 0;
};

double round_to_tenths(double value) { return std::floor(10 * value + 0.5) / 10; }

double lifecycle(const SyntheticZone& zone, double direct) {
  if (direct == 0 && zone.lifecycle.at_zero >= 0) {
    return zone.lifecycle.at_zero;
  }
  return round_to_tenths(zone.lifecycle.base + zone.lifecycle.factor * direct);
}

bool in_gap(const Stream& stream, std::uint64_t j, double probability) {
  for (std::uint64_t back = 0; back < kLongestGapHours; ++back) {
    const double chance = static_cast<double>(stream.word(2 * (j - back)) >> 11) * 0x1p-53;
    const std::uint64_t length = 1 + stream.word(2 * (j - back) + 1) % kLongestGapHours;
    if (chance < probability && length > back) {
      return true;
    }
  }
  return false;
}

void fill(Series& series, const SyntheticZone& zone, const SyntheticQuery& query) {
  const auto skipped = kWarmUpHours + (query.from - kEpoch) / std::chrono::hours{1};
  const auto& noise = zone.noise;
  Component slow(query.seed, zone,
                 {.name = "slow", .memory = noise.slow_memory, .smoothing = noise.smoothing});
  Component fast(query.seed, zone,
                 {.name = "fast", .memory = noise.fast_memory, .smoothing = noise.smoothing});
  for (std::int64_t j = 0; j < skipped; ++j) {
    slow.next();
    fast.next();
  }
  const Stream gaps(query.seed, std::format("{}/gap", zone.name));
  auto j = static_cast<std::uint64_t>(skipped);
  for (Instant hour = query.from; hour < query.to; hour += series.step, ++j) {
    const double random = noise.deviation * (std::sqrt(noise.slow_share) * slow.next() +
                                             std::sqrt(1 - noise.slow_share) * fast.next());
    const double direct =
        round_to_tenths(std::clamp(regular(zone, hour) + random, zone.lowest, zone.highest));
    if (in_gap(gaps, j, query.gap_probability)) {
      series.values.emplace_back();
    } else {
      series.values.emplace_back(Intensity::grams_per_kwh(
          query.scope == Scope::kDirect ? direct : lifecycle(zone, direct)));
    }
  }
}

Result<const SyntheticZone*> find_zone(const ZoneId& id) {
  std::vector<std::string> known;
  for (const auto& zone : synthetic_zone_table()) {
    known.push_back(std::format("{}{}", kSyntheticPrefix, zone.name));
    if (known.back() == id.str()) {
      return &zone;
    }
  }
  const std::vector<std::string_view> names(known.begin(), known.end());
  return not_found(std::format("unknown synthetic zone '{}'{}", id, suggest(id.str(), names)));
}

Result<> check(const SyntheticQuery& query) {
  const Duration hour = std::chrono::hours{1};
  if (query.from < kEpoch || query.to > kLimit || query.to < query.from) {
    return invalid(std::format(
        "synthetic carbon intensity is defined from {} to {}; asked for {} to {}",
        format_time(kEpoch), format_time(kLimit), format_time(query.from), format_time(query.to)));
  }
  if (query.from.time_since_epoch() % hour != Duration{0} ||
      query.to.time_since_epoch() % hour != Duration{0}) {
    return invalid(std::format("synthetic carbon intensity is hourly; {} to {} are not whole hours",
                               format_time(query.from), format_time(query.to)));
  }
  if (!(query.gap_probability >= 0 && query.gap_probability <= 1)) {
    return invalid(std::format("a gap probability of {} is not in 0..1", query.gap_probability));
  }
  return {};
}

}  // namespace

double synthetic_normal(std::uint64_t seed, std::string_view label, std::uint64_t index) {
  return Stream(seed, label).normal(index);
}

Result<Series> synthetic_series(const SyntheticQuery& query) {
  return check(query)
      .and_then([&] { return find_zone(query.zone); })
      .transform([&](const SyntheticZone* zone) {
        Series series = {.zone = query.zone,
                         .start = query.from,
                         .step = std::chrono::hours{1},
                         .values = {},
                         .kind = Kind::kAverage,
                         .scope = query.scope,
                         .source = std::string(kSyntheticSource)};
        fill(series, *zone, query);
        return series;
      });
}

Result<Series> synthetic_series(const ZoneId& zone, Instant from, Instant to, std::uint64_t seed) {
  return synthetic_series({.zone = zone, .from = from, .to = to, .seed = seed});
}

}  // namespace drover::carbon
