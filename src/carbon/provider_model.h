// Somebody else's forecast as a forecaster: the newest one that was issued by then, as it is.
#pragma once

#include <memory>
#include <string>

#include "carbon/forecaster.h"

namespace drover::carbon {

// Its intervals come from how earlier ones erred. Leads beyond its horizon, and all leads when it
// is older than 6 h, are `simpler`'s, and the forecast says so.
class ProviderModel final : public Forecaster {
 public:
  explicit ProviderModel(std::unique_ptr<Forecaster> simpler) : simpler_(std::move(simpler)) {}
  [[nodiscard]] std::string_view name() const override { return "provider"; }
  [[nodiscard]] Result<std::shared_ptr<const FittedModel>> fit(const History& history,
                                                               std::size_t leads) const override;

 private:
  std::unique_ptr<Forecaster> simpler_;
};

}  // namespace drover::carbon
