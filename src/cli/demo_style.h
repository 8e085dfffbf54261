// Colours and emphasis of the demo's output; all empty when the output is no terminal.
#pragma once

#include <string>
#include <string_view>

namespace drover::cli {

class Style {
 public:
  explicit Style(bool coloured) : coloured_(coloured) {}
  [[nodiscard]] std::string bold(std::string_view text) const { return wrap("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return wrap("2", text); }
  [[nodiscard]] std::string good(std::string_view text) const { return wrap("32", text); }
  [[nodiscard]] std::string middling(std::string_view text) const { return wrap("33", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return wrap("31", text); }
  // Green for the lowest third of 0..1, red for the highest.
  [[nodiscard]] std::string by_share(double share, std::string_view text) const {
    return share < 1.0 / 3 ? good(text) : share < 2.0 / 3 ? middling(text) : bad(text);
  }

 private:
  [[nodiscard]] std::string wrap(std::string_view code, std::string_view text) const {
    return coloured_ ? "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m"
                     : std::string(text);
  }
  bool coloured_;
};

}  // namespace drover::cli
