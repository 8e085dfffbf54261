// The demo while it runs: one frame of the live view for a terminal, or plain lines for everything
// else. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "base/units.h"
#include "cli/demo_style.h"

namespace drover::cli {

struct ZoneRow {
  ZoneId zone;
  NodeId node;
  std::vector<std::optional<Intensity>> so_far;  // one per hour since the start, the last one now
};

struct MoveRow {
  std::optional<Instant> hour;
  NodeId from;
  NodeId to;
  std::string state;  // a phase while it goes on, then "committed" or "aborted"
  std::optional<double> stall_ms;
};

struct ClientRow {
  std::int64_t operations = 0;
  double per_second = 0;
  std::int64_t errors = 0;
  double silence_ms = 0;
  double longest_stall_ms = 0;
};

struct DemoView {
  std::string data_label;
  std::string policy;
  Instant start;
  Instant now;  // simulated
  int hours = 0;
  std::string stage;  // while nothing is simulated yet: what is being made ready
  NodeId pod_at;
  std::optional<NodeId> pod_goes_to;
  std::vector<ZoneRow> zones;
  std::vector<MoveRow> moves;  // oldest first
  ClientRow client;
};

// Lines without a trailing newline each, at most `columns` wide.
std::vector<std::string> live_frame(const DemoView& view, const Style& style, std::size_t columns);

// "2023-03-04 05:00  spa 12 g  ciso 210 g  isne 180 g  | redis on spa | 1960 op/s".
std::string plain_line(const DemoView& view);

// Draws frames over each other on a terminal.
class Redraw {
 public:
  // Escape sequences and text that replace the previous frame.
  std::string next(const std::vector<std::string>& lines);

 private:
  std::size_t drawn_ = 0;
};

}  // namespace drover::cli
