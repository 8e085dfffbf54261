// What a request may ask for at most. All are told in docs/api and in the errors.
#pragma once

#include <cstddef>
#include <cstdint>

namespace drover::api {

inline constexpr std::int64_t kMaxValues = 87'840;  // values in an answer: ten years of hours
inline constexpr std::size_t kMaxLocations = 50;
inline constexpr std::size_t kMaxBatch = 100;           // items of a batch
inline constexpr std::int64_t kMaxForecastHours = 744;  // 31 days
inline constexpr std::int64_t kDefaultForecastHours = 24;
inline constexpr std::int64_t kSdkForecastHours = 96;  // of the Carbon Aware SDK's routes
inline constexpr std::int64_t kMaxPage = 1000;
inline constexpr std::int64_t kDefaultPage = 100;
inline constexpr std::size_t kMaxParameters = 200;
inline constexpr std::size_t kMaxText = 256;  // bytes of a name
inline constexpr std::int64_t kMaxBodyBytes = 1 << 20;

}  // namespace drover::api
