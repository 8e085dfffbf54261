// The two recipes for lead_regression.h. Equations, choices and measured errors:
// docs/models/forecasters.md.
#pragma once

#include "carbon/hourly_model.h"

namespace drover::carbon {

// The reference: plain mean profile of 28 days, the last 24 residuals, squared relative errors,
// lambda 60. 29 features.
Learn residual_ridge();

// drover's own: square roots, a profile that forgets, fewer and other features, the Huber loss, a
// penalty that grows with the lead.
Learn robust_ridge();

}  // namespace drover::carbon
