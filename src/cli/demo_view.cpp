#include "cli/demo_view.h"

#include <algorithm>
#include <format>
#include <utility>

#include "cli/demo_text.h"
#include "cli/demo_timeline.h"

namespace drover::cli {
namespace {

constexpr std::size_t kMovesShown = 8;
constexpr std::size_t kNodeColumns = 8;
constexpr std::size_t kZoneColumns = 18;

using Range = std::pair<Intensity, Intensity>;

// Over everything that is shown, so that the rows can be compared.
Range range_of(const std::vector<ZoneRow>& zones) {
  std::optional<Range> range;
  for (const auto& zone : zones) {
    for (const auto& value : zone.so_far) {
      if (value) {
        range = range ? Range{std::min(range->first, *value), std::max(range->second, *value)}
                      : Range{*value, *value};
      }
    }
  }
  return range.value_or(Range{});
}

double share_in(const Range& range, Intensity value) {
  const auto width = range.second - range.first;
  return width.grams_per_kwh() > 0 ? (value - range.first) / width : 0;
}

std::optional<Intensity> now_in(const ZoneRow& zone) {
  return zone.so_far.empty() ? std::nullopt : zone.so_far.back();
}

std::string amount(const std::optional<Intensity>& value) {
  return value ? std::format("{:>5.0f} g/kWh", value->grams_per_kwh()) : "    ? g/kWh";
}

std::string zone_line(const DemoView& view, const ZoneRow& zone, const Style& style,
                      std::size_t columns) {
  const auto range = range_of(view.zones);
  const auto now = now_in(zone);
  const auto coloured = now ? style.by_share(share_in(range, *now), amount(now)) : amount(now);
  std::string marker = "  ";
  if (zone.node == view.pod_at) {
    marker = style.bold("● ");
  } else if (zone.node == view.pod_goes_to) {
    marker = style.bold("◌ ");
  }
  const auto name = padded(zone.node.str(), kNodeColumns) + padded(zone.zone.str(), kZoneColumns);
  const auto used = kNodeColumns + kZoneColumns + 17;
  const auto room = columns > used ? columns - used : 0;
  const auto shown = std::min(zone.so_far.size(), room);
  const auto recent = std::span(zone.so_far).last(shown);
  return "  " + marker + name + coloured + "  " + sparkline(recent, range.first, range.second);
}

std::string move_line(const MoveRow& move, const Style& style) {
  auto text = std::format("    {}  {}  ", move.hour ? short_time(*move.hour) : "by hand         ",
                          padded(std::format("{} → {}", move.from, move.to), 2 * kNodeColumns));
  text += move.state == "committed" ? style.good(move.state)
          : move.state == "aborted" ? style.bad(move.state)
                                    : style.middling(move.state);
  return move.stall_ms ? text + std::format("  stall {:.0f} ms", *move.stall_ms) : text;
}

std::string client_line(const ClientRow& client, const Style& style) {
  const auto errors = std::format("{} errors", client.errors);
  return std::format(
      "  clients  {:.0f} op/s  {} operations  {}  silent for {:.0f} ms  longest stall {:.0f} ms",
      client.per_second, client.operations, client.errors == 0 ? errors : style.bad(errors),
      client.silence_ms, client.longest_stall_ms);
}

int hour_number(const DemoView& view) {
  const auto passed = std::chrono::floor<std::chrono::hours>(view.now - view.start).count() + 1;
  return static_cast<int>(std::clamp<std::int64_t>(passed, 0, view.hours));
}

}  // namespace

std::vector<std::string> live_frame(const DemoView& view, const Style& style, std::size_t columns) {
  std::vector<std::string> lines;
  lines.push_back(style.bold("drover demo") +
                  std::format("  {}  policy {}", view.data_label, view.policy));
  lines.push_back(view.stage.empty() ? std::format("  {} UTC   hour {} of {}", short_time(view.now),
                                                   hour_number(view), view.hours)
                                     : std::format("  {}", view.stage));
  lines.emplace_back();
  for (const auto& zone : view.zones) {
    lines.push_back(zone_line(view, zone, style, columns));
  }
  lines.emplace_back();
  lines.push_back(client_line(view.client, style));
  lines.push_back(std::format("  moves    {}", view.moves.size()));
  for (auto i = view.moves.size() - std::min(view.moves.size(), kMovesShown); i < view.moves.size();
       ++i) {
    lines.push_back(move_line(view.moves[i], style));
  }
  return lines;
}

std::string plain_line(const DemoView& view) {
  auto text = short_time(view.now);
  for (const auto& zone : view.zones) {
    const auto now = now_in(zone);
    text += std::format("  {} {}", zone.node,
                        now ? std::format("{:.0f} g", now->grams_per_kwh()) : "? g");
  }
  text += std::format("  | redis on {}", view.pod_at);
  if (view.pod_goes_to) {
    text += std::format(" → {}", *view.pod_goes_to);
  }
  return text +
         std::format(" | {:.0f} op/s, {} errors", view.client.per_second, view.client.errors);
}

std::string Redraw::next(const std::vector<std::string>& lines) {
  std::string text = drawn_ == 0 ? "" : std::format("\x1b[{}A", drawn_);
  for (const auto& line : lines) {
    text += "\r" + line + "\x1b[K\n";
  }
  drawn_ = lines.size();
  return text + "\x1b[J";
}

}  // namespace drover::cli
