#include "cli/demo_screen.h"

#include <format>

namespace drover::cli {
namespace {

constexpr double kServedMs = 100;  // longest silence of clients that are served

bool is_over(const MoveRow& move) { return move.state == "committed" || move.state == "aborted"; }

// A stage's name without how far it has come.
std::string name_of(const std::string& stage) { return stage.substr(0, stage.find(':')); }

}  // namespace

std::string DemoScreen::next(const DemoView& view, bool fresh) {
  return terminal_ ? redraw_.next(live_frame(view, Style(true), columns_)) : plain(view, fresh);
}

std::string DemoScreen::plain(const DemoView& view, bool fresh) {
  std::string text;
  if (!view.stage.empty()) {
    if (name_of(view.stage) != stage_) {
      stage_ = name_of(view.stage);
      text = stage_ + "\n";
    }
    return text;
  }
  for (; begun_moves_ < view.moves.size(); ++begun_moves_) {
    const auto& move = view.moves[begun_moves_];
    text += std::format("    {} → {} begins\n", move.from, move.to);
  }
  // Moves end in order, as there is never more than one of the pod; what the clients noticed is
  // known once they are served.
  for (; ended_moves_ < view.moves.size() && is_over(view.moves[ended_moves_]) &&
         view.client.silence_ms < kServedMs;
       ++ended_moves_) {
    const auto& move = view.moves[ended_moves_];
    text += std::format(
        "    {} → {} {}{}\n", move.from, move.to, move.state,
        move.stall_ms ? std::format(", the clients stalled for {:.0f} ms", *move.stall_ms) : "");
  }
  if (fresh && view.now != hour_) {
    hour_ = view.now;
    text += plain_line(view) + "\n";
  }
  return text;
}

}  // namespace drover::cli
