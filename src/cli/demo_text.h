// The demo's final report as text. Pure.
#pragma once

#include <string>

#include "cli/demo_report.h"
#include "cli/demo_style.h"

namespace drover::cli {

std::string to_text(const DemoReport& report, const Style& style);

// "REAL data (electricitymaps)" or "SYNTHETIC data": said wherever figures are shown.
std::string data_label(const DemoReport& report);

// "2023-03-04 05:00".
std::string short_time(Instant instant);

}  // namespace drover::cli
