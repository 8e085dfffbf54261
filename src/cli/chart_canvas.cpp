#include "cli/chart_canvas.h"

#include <cairo-svg.h>

#include <array>
#include <format>
#include <numbers>

namespace drover::cli {
namespace {

constexpr double kPixelsPerUnit = 2;  // a PNG is drawn at twice the size, for dense screens

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

void trace(cairo_t* context, const std::vector<XY>& points) {
  cairo_new_path(context);
  for (const XY& point : points) {
    cairo_line_to(context, point.x, point.y);
  }
}

}  // namespace

Color palette(std::size_t n) {
  static constexpr std::array kColors = {Color{.red = 0.00, .green = 0.45, .blue = 0.70},
                                         Color{.red = 0.84, .green = 0.37, .blue = 0},
                                         Color{.red = 0.00, .green = 0.62, .blue = 0.45},
                                         Color{.red = 0.80, .green = 0.47, .blue = 0.65},
                                         Color{.red = 0.90, .green = 0.62, .blue = 0.00},
                                         Color{.red = 0.34, .green = 0.71, .blue = 0.91},
                                         Color{.red = 0.45, .green = 0.45, .blue = 0.45},
                                         Color{.red = 0.60, .green = 0.31, .blue = 0.11},
                                         Color{.red = 0.33, .green = 0.27, .blue = 0.56},
                                         Color{.red = 0.55, .green = 0.63, .blue = 0.10}};
  return kColors[n % kColors.size()];
}

Canvas::Canvas(XY size, ImageFormat format) : format_(format) {
  if (format == ImageFormat::kSvg) {
    surface_.reset(cairo_svg_surface_create_for_stream(append, &bytes_, size.x, size.y));
  } else {
    surface_.reset(cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                              static_cast<int>(size.x * kPixelsPerUnit),
                                              static_cast<int>(size.y * kPixelsPerUnit)));
  }
  context_.reset(cairo_create(surface_.get()));
  if (format == ImageFormat::kPng) {
    cairo_scale(context_.get(), kPixelsPerUnit, kPixelsPerUnit);
  }
  cairo_select_font_face(context_.get(), "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                         CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_line_join(context_.get(), CAIRO_LINE_JOIN_ROUND);
  fill({{0, 0}, {size.x, 0}, {size.x, size.y}, {0, size.y}}, {.red = 1, .green = 1, .blue = 1});
}

void Canvas::use(Color color) {
  cairo_set_source_rgba(context_.get(), color.red, color.green, color.blue, color.alpha);
}

void Canvas::line(const std::vector<XY>& points, Color color, double width) {
  use(color);
  cairo_set_line_width(context_.get(), width);
  trace(context_.get(), points);
  cairo_stroke(context_.get());
}

void Canvas::fill(const std::vector<XY>& outline, Color color) {
  use(color);
  trace(context_.get(), outline);
  cairo_close_path(context_.get());
  cairo_fill(context_.get());
}

double Canvas::text_width(std::string_view what, double size) {
  cairo_text_extents_t extents;
  cairo_set_font_size(context_.get(), size);
  cairo_text_extents(context_.get(), std::string(what).c_str(), &extents);
  return extents.x_advance;
}

void Canvas::text(XY at, std::string_view what, Align align, double size) {
  const double width = text_width(what, size);
  const double left = align == Align::kLeft     ? at.x
                      : align == Align::kCenter ? at.x - width / 2
                                                : at.x - width;
  use(kInk);
  cairo_move_to(context_.get(), left, at.y);
  cairo_show_text(context_.get(), std::string(what).c_str());
}

void Canvas::text_upwards(XY at, std::string_view what) {
  cairo_save(context_.get());
  cairo_translate(context_.get(), at.x, at.y);
  cairo_rotate(context_.get(), -std::numbers::pi / 2);
  text({0, 0}, what, Align::kCenter);
  cairo_restore(context_.get());
}

Result<std::string> Canvas::finish() {
  const auto drawn = cairo_status(context_.get());
  context_.reset();
  if (format_ == ImageFormat::kPng && drawn == CAIRO_STATUS_SUCCESS) {
    cairo_surface_write_to_png_stream(surface_.get(), append, &bytes_);
  }
  cairo_surface_finish(surface_.get());
  const auto written = cairo_surface_status(surface_.get());
  const auto status = drawn == CAIRO_STATUS_SUCCESS ? written : drawn;
  if (status != CAIRO_STATUS_SUCCESS) {
    return internal(std::format("drawing a chart failed: {}", cairo_status_to_string(status)));
  }
  return std::move(bytes_);
}

}  // namespace drover::cli
