#include "cli/demo_timeline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <map>

namespace drover::cli {
namespace {

struct PhaseLetter {
  std::string_view phase;
  char letter;
};

// Capital letters: the workload stands still.
constexpr std::array kLetters{
    PhaseLetter{"preflight", 'c'}, PhaseLetter{"prepare", 'p'},  PhaseLetter{"freeze", 'F'},
    PhaseLetter{"dump", 'D'},      PhaseLetter{"transfer", 'T'}, PhaseLetter{"address", 'A'},
    PhaseLetter{"restore", 'R'},   PhaseLetter{"commit", 'C'},   PhaseLetter{"release", 'L'},
    PhaseLetter{"drain", 'd'},     PhaseLetter{"rollback", 'X'},
};

constexpr std::array<std::string_view, 8> kBlocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

double overlap(const PhaseSpan& phase, double from, double to) {
  return std::max(0.0, std::min(phase.end_s, to) - std::max(phase.start_s, from));
}

// The phase that takes most of [from, to); the earlier one of two that take the same.
char letter_at(std::span<const PhaseSpan> phases, double from, double to) {
  double most = 0;
  char letter = ' ';
  for (const auto& phase : phases) {
    if (const auto share = overlap(phase, from, to); share > most) {
      most = share;
      letter = phase_letter(phase.name);
    }
  }
  return letter;
}

std::size_t block_of(double value, double lowest, double highest) {
  if (highest <= lowest) {
    return 0;
  }
  const auto share = std::clamp((value - lowest) / (highest - lowest), 0.0, 1.0);
  return std::min(static_cast<std::size_t>(share * kBlocks.size()), kBlocks.size() - 1);
}

}  // namespace

char phase_letter(std::string_view phase) {
  const auto* known = std::ranges::find(kLetters, phase, &PhaseLetter::phase);
  return known == kLetters.end() ? '?' : known->letter;
}

std::string phase_legend() {
  std::string text;
  for (const auto& [phase, letter] : kLetters) {
    text += std::format("{}{} {}", text.empty() ? "" : "  ", letter, phase);
  }
  return text;
}

std::string phase_bar(std::span<const PhaseSpan> phases, double seconds_per_column) {
  double end = 0;
  for (const auto& phase : phases) {
    end = std::max(end, phase.end_s);
  }
  const auto columns = static_cast<std::size_t>(std::ceil(end / seconds_per_column - 1e-9));
  std::string bar;
  for (std::size_t i = 0; i < columns; ++i) {
    const auto from = static_cast<double>(i) * seconds_per_column;
    bar += letter_at(phases, from, from + seconds_per_column);
  }
  return bar;
}

std::string sparkline(std::span<const std::optional<Intensity>> values, Intensity lowest,
                      Intensity highest) {
  std::string line;
  for (const auto& value : values) {
    line += value ? kBlocks[block_of(value->grams_per_kwh(), lowest.grams_per_kwh(),
                                     highest.grams_per_kwh())]
                  : std::string_view(" ");
  }
  return line;
}

std::optional<double> standstill_s(std::span<const PhaseSpan> phases) {
  const auto stops = std::ranges::find_if(phases, [](const PhaseSpan& phase) {
    return phase.name == "freeze" || phase.name == "dump";
  });
  if (stops == phases.end()) {
    return std::nullopt;
  }
  const auto goes_on = std::ranges::find_if(phases, [](const PhaseSpan& phase) {
    return phase.name == "release" || phase.name == "rollback";
  });
  return (goes_on == phases.end() ? phases.back().end_s : goes_on->end_s) - stops->start_s;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  bool escaped = false;
  for (const char byte : text) {
    if (escaped) {
      escaped = byte != 'm';
    } else if (byte == '\x1b') {
      escaped = true;
    } else if ((static_cast<unsigned char>(byte) & 0xC0U) != 0x80U) {
      ++columns;
    }
  }
  return columns;
}

std::string padded(std::string text, std::size_t width) {
  const auto columns = columns_of(text);
  return columns < width ? std::move(text) + std::string(width - columns, ' ') : text;
}

}  // namespace drover::cli
