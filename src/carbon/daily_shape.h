// Forecasters that know the shape of a day and little else. h(t) is the hour of day, o the issue
// time, k the lead, t = o + k.
//
//   climatology     f(t) = P28[h(t)], the mean of that hour of day over the last 28 days
//   profile-ar      f(t) = P14[h(t)] + L 0.98^k + (d - L) 0.9^(k+1); L is the mean residual of the
//                   last 24 hours, d the last one; P14 over the last 14 days, or as many as there
//                   are
//   holt-winters    additive, 24 seasonals, no trend: level and seasonals begin as the first day of
//                   the last 28, alpha 0.3, gamma 0.15 (Holt 1957, Winters 1960)
#pragma once

#include "carbon/hourly_model.h"

namespace drover::carbon {

Learn climatology();
Learn profile_ar();
Learn holt_winters();

}  // namespace drover::carbon
