#include "control/testing/trace.h"

#include <format>

namespace drover::control::testing {
namespace {

std::string trace_of(const DecisionRecord& record) {
  const auto& decision = record.decision;
  auto text = std::format("  {} {} -> {}: {}{}\n    {}\n", decision.workload, decision.from,
                          decision.to, to_string(record.state),
                          record.verdict.empty() ? "" : std::format(" ({})", record.verdict),
                          decision.reason);
  for (const auto& term : decision.terms) {
    text += std::format("      {:.1f}  {}\n", term.carbon, term.name);
  }
  return text;
}

std::string trace_of_end(const DecisionRecord& record) {
  return std::format("  ended: decision {} {} as {} in {}, {} ms still{}\n", record.id,
                     record.decision.workload, to_string(record.state), record.migration,
                     record.outcome->downtime.count(),
                     record.outcome->why.empty() ? "" : ": " + record.outcome->why);
}

}  // namespace

std::string trace_of(const TickReport& report, const View& view) {
  auto text = format_time(report.at);
  for (const auto& [zone, shown] : view.zones) {
    text += shown.now ? std::format("  {} {:.0f}", zone, shown.now->grams_per_kwh())
                      : std::format("  {} ?", zone);
  }
  text += '\n';
  for (const auto& record : report.settled) {
    text += trace_of_end(record);
  }
  for (const auto& flag : report.flags) {
    text += std::format("  flag: {}: {}\n", to_string(flag.stage), flag.what);
  }
  for (const auto& record : report.decisions) {
    text += trace_of(record);
  }
  return text;
}

}  // namespace drover::control::testing
