#include "carbon/csv/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <format>

#include "carbon/given.h"

namespace drover::carbon::csv {
namespace {

constexpr std::size_t kMaxZoneName = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, {}, to_lower);
}

// Blank, or U+00A0 in UTF-8; zero when neither.
std::size_t blank_length(std::string_view text) {
  if (text.starts_with(' ') || text.starts_with('\t')) {
    return 1;
  }
  return text.starts_with("\xC2\xA0") ? 2 : 0;
}

// A number of one or two digits and the mark after it, off the front of the text.
std::optional<int> take_number(std::string_view& text, char mark) {
  const auto length = text.find(mark);
  int value = 0;
  if (length == 0 || length > 2 || !std::ranges::all_of(text.substr(0, length), is_digit)) {
    return std::nullopt;
  }
  std::from_chars(text.data(), text.data() + length, value);
  text.remove_prefix(length + 1);
  return value;
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kTrimmed = " \t\r";
  const auto first = text.find_first_not_of(kTrimmed);
  if (first == std::string_view::npos) {
    return text.substr(0, 0);
  }
  return text.substr(first, text.find_last_not_of(kTrimmed) - first + 1);
}

std::string normalized(std::string_view header) {
  constexpr std::string_view kSubscriptTwo = "\xE2\x82\x82";
  std::string out;
  for (std::string_view rest = trim(header); !rest.empty();) {
    if (const auto blank = blank_length(rest); blank > 0) {
      out += out.ends_with(' ') ? "" : " ";
      rest.remove_prefix(blank);
    } else if (rest.starts_with(kSubscriptTwo)) {
      out += '2';
      rest.remove_prefix(kSubscriptTwo.size());
    } else {
      out += to_lower(rest.front());
      rest.remove_prefix(1);
    }
  }
  return out;
}

Result<std::optional<Intensity>> parse_intensity(std::string_view text) {
  if (text.empty() || equal_ignoring_case(text, "nan") || equal_ignoring_case(text, "null")) {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return invalid(std::format(
        "{} is not a number of gCO2eq/kWh; leave the field blank when the hour is unknown",
        shown(text)));
  }
  if (value < 0) {
    return invalid(std::format(
        "{} is negative; a carbon intensity is at least 0, and an unknown hour is a blank field",
        shown(text)));
  }
  if (value > kHighestGramsPerKwh) {
    return invalid(std::format(
        "{} is above {} gCO2eq/kWh, which no grid reaches; convert the file to gCO2eq/kWh",
        shown(text), kHighestGramsPerKwh));
  }
  return Intensity::grams_per_kwh(value + 0.0);  // never the negative zero
}

Result<bool> parse_flag(std::string_view text) {
  if (text == "1" || equal_ignoring_case(text, "true")) {
    return true;
  }
  if (text.empty() || text == "0" || equal_ignoring_case(text, "false")) {
    return false;
  }
  return invalid(std::format("{} is neither true nor false; write True, False or leave it blank",
                             shown(text)));
}

bool is_provider_zone_id(std::string_view text) {
  if (text.size() < 2 || text.size() > kMaxZoneName || !is_upper(text[0]) || !is_upper(text[1])) {
    return false;
  }
  const auto rest = text.substr(2);
  return (rest.empty() || rest.front() == '-') && !rest.ends_with('-') &&
         std::ranges::all_of(rest, [](char c) { return is_upper(c) || is_digit(c) || c == '-'; });
}

Result<Instant> parse_time_or_us(std::string_view text) {
  if (!text.contains('/')) {
    return parse_time(text);
  }
  const auto whole = text;
  const auto month = take_number(text, '/');
  const auto day = take_number(text, '/');
  const auto space = std::min(text.find(' '), text.size());
  if (month && day && space == 4) {
    const auto clock = text.substr(space);
    const bool short_hour = clock.size() > 2 && clock[2] == ':';  // " 1:00"
    auto time =
        parse_time(std::format("{}-{:02}-{:02}{}{}", text.substr(0, space), *month, *day,
                               short_hour ? " 0" : "", short_hour ? clock.substr(1) : clock));
    if (time) {
      return time;
    }
  }
  return invalid(
      std::format("{} is not a time; write it as 2021-03-04 05:00:00 or, month first, "
                  "03/04/2021 05:00:00",
                  shown(whole)));
}

}  // namespace drover::carbon::csv
