// From what a parser read to what a provider gives.
#pragma once

#include <utility>

#include "carbon/provider.h"
#include "carbon/wire/answer.h"

namespace drover::carbon::gridapi {

// A document without any value (kNotFound of a parser) is an answer without series: the service
// works, but has nothing yet.
inline Result<ProviderData> data_of(Result<wire::Answer> answer) {
  if (!answer && answer.error().code == Code::kNotFound) {
    return ProviderData{};
  }
  return std::move(answer).transform([](wire::Answer read) {
    return ProviderData{.series = std::move(read.series), .forecasts = std::move(read.forecasts)};
  });
}

}  // namespace drover::carbon::gridapi
