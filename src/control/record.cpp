#include "control/record.h"

#include <array>
#include <format>
#include <utility>

namespace drover::control {
namespace {

template <class Enum>
using Names = std::pair<Enum, std::string_view>;

constexpr std::array kStates = {
    Names<DecisionState>{DecisionState::kPlanned, "planned"},
    Names<DecisionState>{DecisionState::kRefused, "refused"},
    Names<DecisionState>{DecisionState::kActing, "acting"},
    Names<DecisionState>{DecisionState::kDone, "done"},
    Names<DecisionState>{DecisionState::kFailed, "failed"},
};

constexpr std::array kStages = {
    Names<Stage>{Stage::kSettle, "settle"},     Names<Stage>{Stage::kObserve, "observe"},
    Names<Stage>{Stage::kForecast, "forecast"}, Names<Stage>{Stage::kPlan, "plan"},
    Names<Stage>{Stage::kAdmit, "admit"},       Names<Stage>{Stage::kRecord, "record"},
    Names<Stage>{Stage::kAct, "act"},
};

template <class Table, class Enum>
std::string_view name_in(const Table& table, Enum value) {
  for (const auto& [candidate, name] : table) {
    if (candidate == value) {
      return name;
    }
  }
  return "unknown";
}

template <class Enum, class Table>
Result<Enum> parse_in(const Table& table, std::string_view text, std::string_view what) {
  for (const auto& [value, name] : table) {
    if (name == text) {
      return value;
    }
  }
  return invalid(std::format("'{}' is not a {}", text, what));
}

}  // namespace

std::string_view to_string(DecisionState state) { return name_in(kStates, state); }
std::string_view to_string(Stage stage) { return name_in(kStages, stage); }

Result<DecisionState> parse_decision_state(std::string_view text) {
  return parse_in<DecisionState>(kStates, text, "decision state");
}

Result<Stage> parse_stage(std::string_view text) {
  return parse_in<Stage>(kStages, text, "stage of the loop");
}

std::string key_of(std::int64_t decision_id) { return std::format("decision-{}", decision_id); }

}  // namespace drover::control
