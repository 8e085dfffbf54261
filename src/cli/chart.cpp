#include "cli/chart.h"

#include <algorithm>
#include <cmath>
#include <format>

#include "cli/chart_canvas.h"

namespace drover::cli {
namespace {

constexpr double kWidth = 960;
constexpr double kHeight = 420;
constexpr double kLeft = 70;
constexpr double kRight = 40;  // half a date stands beyond the last tick
constexpr double kTop = 46;
constexpr double kBottom = 76;
constexpr double kTicks = 5;

// From data to pixels.
struct Frame {
  double x_count = 1;
  double y_highest = 1;
  [[nodiscard]] double x(double index) const {
    return kLeft + (kWidth - kLeft - kRight) * index / x_count;
  }
  [[nodiscard]] double y(double value) const {
    return kHeight - kBottom - (kHeight - kTop - kBottom) * value / y_highest;
  }
};

// A round number of the form 1, 2 or 5 times a power of ten, at least `least`.
double round_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(std::max(least, 1e-6))));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least) {
      return factor * power;
    }
  }
  return 10 * power;
}

Frame frame_of(double x_count, double highest) {
  const double step = round_step(highest / kTicks);
  return {.x_count = std::max(x_count, 1.0),
          .y_highest = std::max(std::ceil(highest / step), 1.0) * step};
}

void draw_axes(Canvas& canvas, const Frame& frame, const std::string& title,
               const std::string& y_label) {
  const double step = round_step(frame.y_highest / kTicks / 1.001);
  for (double value = 0; value <= frame.y_highest * 1.0001; value += step) {
    canvas.line({{kLeft, frame.y(value)}, {kWidth - kRight, frame.y(value)}}, kFaint, 1);
    canvas.text({kLeft - 8, frame.y(value) + 4}, std::format("{:g}", value), Align::kRight);
  }
  canvas.line({{kLeft, frame.y(0)}, {kWidth - kRight, frame.y(0)}}, kInk, 1);
  canvas.text({kLeft, 22}, title, Align::kLeft, 14);
  canvas.text_upwards({18, (kTop + kHeight - kBottom) / 2}, y_label);
}

// Below the plot, from the left.
void draw_legend(Canvas& canvas, const std::vector<std::pair<std::string, Color>>& entries) {
  double x = kLeft;
  const double y = kHeight - 16;
  for (const auto& [name, color] : entries) {
    canvas.fill({{x, y - 9}, {x + 14, y - 9}, {x + 14, y}, {x, y}}, color);
    canvas.text({x + 19, y}, name, Align::kLeft);
    x += 19 + canvas.text_width(name) + 22;
  }
}

double highest_of(const TimeChart& chart) {
  double highest = 0;
  for (const auto& line : chart.lines) {
    for (const auto& value : line.values) {
      highest = std::max(highest, value.value_or(0));
    }
  }
  for (const double value : chart.high) {
    highest = std::max(highest, value);
  }
  return highest;
}

std::size_t length_of(const TimeChart& chart) {
  std::size_t length = chart.high.size();
  for (const auto& line : chart.lines) {
    length = std::max(length, line.values.size());
  }
  return length;
}

// Ticks at midnights, or at rounder distances when there are many.
void draw_time_ticks(Canvas& canvas, const Frame& frame, const TimeChart& chart) {
  constexpr Duration::rep kMostTicks = 8;
  const Duration length = chart.step * static_cast<Duration::rep>(length_of(chart));
  Duration distance = std::chrono::hours{3};
  for (const int hours : {6, 12, 24, 48, 24 * 7, 24 * 14, 24 * 28, 24 * 91, 24 * 365}) {
    if (length / distance > kMostTicks) {
      distance = std::chrono::hours{hours};
    }
  }
  const Duration offset = chart.start.time_since_epoch() % distance;
  Instant tick = chart.start - offset + (offset > Duration{0} ? distance : Duration{0});
  for (; tick <= chart.start + length; tick += distance) {
    const double x = frame.x(static_cast<double>((tick - chart.start).count()) /
                             static_cast<double>(chart.step.count()));
    canvas.line({{x, frame.y(0)}, {x, frame.y(0) + 5}}, kInk, 1);
    const std::string text = format_time(tick);
    canvas.text({x, frame.y(0) + 19}, text.substr(0, 10), Align::kCenter, 11);
    if (distance < std::chrono::hours{24}) {
      canvas.text({x, frame.y(0) + 33}, text.substr(11, 5) + " UTC", Align::kCenter, 11);
    }
  }
}

// A step holds until the next one: drawn as steps.
void draw_line(Canvas& canvas, const Frame& frame, const ChartLine& line, Color color) {
  std::vector<XY> points;
  const auto flush = [&] {
    if (!points.empty()) {
      canvas.line(points, color, 1.8);
    }
    points.clear();
  };
  for (std::size_t i = 0; i < line.values.size(); ++i) {
    if (!line.values[i]) {
      flush();
      continue;
    }
    const double y = frame.y(*line.values[i]);
    points.push_back({frame.x(static_cast<double>(i)), y});
    points.push_back({frame.x(static_cast<double>(i + 1)), y});
  }
  flush();
}

void draw_band(Canvas& canvas, const Frame& frame, const TimeChart& chart, Color color) {
  std::vector<XY> outline;
  for (std::size_t i = 0; i < chart.high.size(); ++i) {
    outline.push_back({frame.x(static_cast<double>(i)), frame.y(chart.high[i])});
    outline.push_back({frame.x(static_cast<double>(i + 1)), frame.y(chart.high[i])});
  }
  for (std::size_t i = chart.low.size(); i > 0; --i) {
    outline.push_back({frame.x(static_cast<double>(i)), frame.y(chart.low[i - 1])});
    outline.push_back({frame.x(static_cast<double>(i - 1)), frame.y(chart.low[i - 1])});
  }
  canvas.fill(outline, color);
}

}  // namespace

Result<ImageFormat> image_format(const os::Path& file) {
  const auto extension = file.extension();
  if (extension == ".svg") {
    return ImageFormat::kSvg;
  }
  if (extension == ".png") {
    return ImageFormat::kPng;
  }
  return invalid(std::format("a plot is a .svg or .png file, not '{}'", file.string()));
}

Result<std::string> render(const TimeChart& chart, ImageFormat format) {
  Canvas canvas({kWidth, kHeight}, format);
  const Frame frame = frame_of(static_cast<double>(length_of(chart)), highest_of(chart));
  draw_axes(canvas, frame, chart.title, chart.y_label);
  draw_time_ticks(canvas, frame, chart);
  std::vector<std::pair<std::string, Color>> legend;
  if (!chart.band_name.empty()) {
    Color shade = palette(0);
    shade.alpha = 0.2;
    draw_band(canvas, frame, chart, shade);
    legend.emplace_back(chart.band_name, shade);
  }
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    draw_line(canvas, frame, chart.lines[i], palette(i));
    legend.emplace_back(chart.lines[i].name, palette(i));
  }
  draw_legend(canvas, legend);
  return canvas.finish();
}

Result<std::string> render(const BarChart& chart, ImageFormat format) {
  Canvas canvas({kWidth, kHeight}, format);
  double highest = 0;
  for (const auto& group : chart.groups) {
    for (const auto& value : group.values) {
      highest = std::max(highest, value.value_or(0));
    }
  }
  const Frame frame = frame_of(static_cast<double>(chart.groups.size()), highest);
  draw_axes(canvas, frame, chart.title, chart.y_label);
  const double width = 0.8 / static_cast<double>(std::max<std::size_t>(chart.series.size(), 1));
  for (std::size_t g = 0; g < chart.groups.size(); ++g) {
    const auto& group = chart.groups[g];
    for (std::size_t s = 0; s < group.values.size(); ++s) {
      const double left = frame.x(static_cast<double>(g) + 0.1 + width * static_cast<double>(s));
      const double right = left + (frame.x(width) - frame.x(0)) * 0.92;
      const double top = frame.y(group.values[s].value_or(0));
      canvas.fill({{left, top}, {right, top}, {right, frame.y(0)}, {left, frame.y(0)}}, palette(s));
    }
    canvas.text({frame.x(static_cast<double>(g) + 0.5), frame.y(0) + 19}, group.name,
                Align::kCenter, chart.groups.size() > 8 ? 9 : 11);
  }
  std::vector<std::pair<std::string, Color>> legend;
  legend.reserve(chart.series.size());
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    legend.emplace_back(chart.series[s], palette(s));
  }
  draw_legend(canvas, legend);
  return canvas.finish();
}

}  // namespace drover::cli
