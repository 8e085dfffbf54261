// Plots as SVG or PNG: lines over time with a band, and grouped bars. Pure: data in, a file's bytes
// out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "os/file.h"

namespace drover::cli {

struct ChartLine {
  std::string name;
  std::vector<std::optional<double>> values;  // a gap interrupts the line
};

struct TimeChart {
  std::string title;
  std::string y_label;
  Instant start;
  Duration step = std::chrono::hours{1};
  std::vector<ChartLine> lines;
  std::string band_name;  // empty: no band
  std::vector<double> low;
  std::vector<double> high;
};

struct BarGroup {
  std::string name;
  std::vector<std::optional<double>> values;  // one per series
};

struct BarChart {
  std::string title;
  std::string y_label;
  std::vector<std::string> series;
  std::vector<BarGroup> groups;
};

enum class ImageFormat { kSvg, kPng };

// By the file's extension. kInvalid for another one.
Result<ImageFormat> image_format(const os::Path& file);

Result<std::string> render(const TimeChart& chart, ImageFormat format);
Result<std::string> render(const BarChart& chart, ImageFormat format);

// Renders and writes it as a whole.
template <class Chart>
Result<> write_chart(const Chart& chart, const os::Path& file) {
  return image_format(file)
      .and_then([&](ImageFormat format) { return render(chart, format); })
      .and_then([&](const std::string& image) { return os::atomic_write(file, image); });
}

}  // namespace drover::cli
