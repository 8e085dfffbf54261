// Bars and sparklines of the demo: numbers as one line of text each. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/units.h"
#include "cli/demo_report.h"

namespace drover::cli {

// One letter per column of the migration's time: the phase that takes most of that column. See
// kPhaseLegend.
std::string phase_bar(std::span<const PhaseSpan> phases, double seconds_per_column);

// The letter of a phase in a bar; '?' for one that is not known.
char phase_letter(std::string_view phase);
std::string phase_legend();

// One block character per value, higher for more; a gap is a blank.
std::string sparkline(std::span<const std::optional<Intensity>> values, Intensity lowest,
                      Intensity highest);

// How long the workload stood still: from the freeze (where there is none, the dump) to the end of
// the release (where there is none, of everything). Nothing when it was never stopped.
std::optional<double> standstill_s(std::span<const PhaseSpan> phases);

// The number of columns that the text takes on a terminal: UTF-8 code points, escape sequences not
// counted.
std::size_t columns_of(std::string_view text);
// Padded with blanks to `width` columns; longer texts stay as they are.
std::string padded(std::string text, std::size_t width);

}  // namespace drover::cli
