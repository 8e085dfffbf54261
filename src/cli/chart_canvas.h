// A drawing surface of cairo, in memory. Coordinates in pixels from the top left.
#pragma once

#include <cairo.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/chart.h"

namespace drover::cli {

struct Color {
  double red = 0;
  double green = 0;
  double blue = 0;
  double alpha = 1;
};

inline constexpr Color kInk{.red = 0.13, .green = 0.15, .blue = 0.18};
inline constexpr Color kFaint{.red = 0.85, .green = 0.86, .blue = 0.88};

// The color of the n-th line or bar: told apart also by most who see few colors (Okabe and Ito).
Color palette(std::size_t n);

struct XY {
  double x = 0;
  double y = 0;
};

enum class Align { kLeft, kCenter, kRight };

class Canvas {
 public:
  Canvas(XY size, ImageFormat format);
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  void line(const std::vector<XY>& points, Color color, double width);
  void fill(const std::vector<XY>& outline, Color color);
  // `at` is the base line's begin, middle or end.
  void text(XY at, std::string_view what, Align align, double size = 12);
  void text_upwards(XY at, std::string_view what);
  [[nodiscard]] double text_width(std::string_view what, double size = 12);

  // The image; the canvas is used up.
  Result<std::string> finish();

 private:
  struct Destroy {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* context) const { cairo_destroy(context); }
  };
  void use(Color color);

  ImageFormat format_;
  std::string bytes_;
  std::unique_ptr<cairo_surface_t, Destroy> surface_;
  std::unique_ptr<cairo_t, Destroy> context_;
};

}  // namespace drover::cli
