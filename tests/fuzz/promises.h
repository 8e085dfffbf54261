// What every parser promises, whatever the bytes: libFuzzer looks for bytes with which one is
// broken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "carbon/forecast.h"
#include "carbon/given.h"
#include "carbon/wire/answer.h"

namespace drover::fuzz {

inline void promise(bool kept, const char* what) {
  if (!kept) {
    std::fputs("promise broken: ", stderr);
    std::fputs(what, stderr);
    std::fputs("\n", stderr);
    std::abort();
  }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Errors say which document, and can be printed on a terminal and in a log.
inline void check_error(const Error& error, std::string_view document) {
  promise(error.what.starts_with(document), "an error begins with the document's name");
  promise(error.what.size() < 4000, "an error has a length that can be read");
  for (const char c : error.what) {
    promise(static_cast<unsigned char>(c) >= ' ' && c != '\x7f',
            "an error has no control characters");
  }
  promise(error.code != Code::kInternal, "bytes from outside are not our own defect");
}

inline void check_values(const carbon::Series& series) {
  promise(!series.zone.empty(), "a series has a zone");
  promise(!series.source.empty(), "a series has a source");
  promise(series.step > Duration{0}, "a step is longer than nothing");
  promise(!series.values.empty(), "a series has values");
  promise(series.values.size() <= static_cast<std::size_t>(carbon::kMaxSlots),
          "no series is too long");
  promise(series.estimated.empty() || series.estimated.size() == series.values.size(),
          "marks are as many as values");
  for (std::size_t slot = 0; slot < series.values.size(); ++slot) {
    if (const auto& value = series.values[slot]) {
      promise(carbon::given_intensity(value->grams_per_kwh()).has_value(),
              "an intensity is possible");
    } else {
      promise(!series.is_estimated(slot), "a gap is not estimated");
    }
  }
}

inline void check_each(const std::vector<carbon::Series>& series,
                       const std::vector<carbon::ProviderForecast>& forecasts) {
  for (const carbon::Series& one : series) {
    check_values(one);
  }
  for (const carbon::ProviderForecast& forecast : forecasts) {
    check_values(forecast.values);
    promise(forecast.values.end() > forecast.issued, "a forecast is not over when it is made");
    promise(!forecast.values.issued, "a forecast's issue time stands in one place");
  }
}

inline void check_all(const std::vector<carbon::Series>& series,
                      const std::vector<carbon::ProviderForecast>& forecasts) {
  promise(!series.empty() || !forecasts.empty(), "what is accepted holds something");
  check_each(series, forecasts);
}

// A provider that is asked for what is newest may have nothing to tell.
inline void check_answer(const Result<carbon::wire::Answer>& answer, std::string_view document) {
  if (answer) {
    check_each(answer->series, answer->forecasts);
  } else {
    check_error(answer.error(), document);
  }
}

// Options that depend on the bytes, so that all of them are tried and a finding repeats.
inline carbon::wire::WireOptions wire_options(std::string_view text) {
  carbon::wire::WireOptions options = {.document = "doc"};
  const std::size_t chosen = text.size() % 8;
  options.scope = chosen % 2 == 0 ? carbon::Scope::kDirect : carbon::Scope::kLifecycle;
  options.clip_forecasts = chosen / 2 % 2 == 0;
  if (chosen / 4 == 0) {
    options.issued = Instant{std::chrono::hours{456'000}};  // 2022-01-08
  }
  if (chosen == 5) {
    options.zone = ZoneId{"GB-1"};
    options.scope.reset();
  }
  return options;
}

}  // namespace drover::fuzz

// The body of a fuzz program for a parser of provider documents.
#define DROVER_FUZZ_DOCUMENT(parse)                                                   \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    const auto text = drover::fuzz::text_of(data, size);                              \
    drover::fuzz::check_answer(parse(text, drover::fuzz::wire_options(text)), "doc"); \
    return 0;                                                                         \
  }
