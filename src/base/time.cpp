#include "base/time.h"

#include <charconv>
#include <format>
#include <optional>

namespace drover {
namespace {

// Reads exactly `width` digits from the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) {
    return std::nullopt;
  }
  int value = 0;
  const auto* end = text.data() + width;
  const auto [stop, status] = std::from_chars(text.data(), end, value);
  if (status != std::errc{} || stop != end || text.front() == '-' || text.front() == '+') {
    return std::nullopt;
  }
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) {
    return std::nullopt;
  }
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) {
    return std::nullopt;
  }
  const auto day = take_digits(text, 2);
  if (!day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days{date};
}

// Fractional seconds of any length, cut to milliseconds.
std::optional<Duration> take_fraction(std::string_view& text) {
  int milliseconds = 0;
  int scale = 100;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    milliseconds += (text[digits] - '0') * scale;
    scale /= 10;
    ++digits;
  }
  if (digits == 0) {
    return std::nullopt;
  }
  text.remove_prefix(digits);
  return Duration{milliseconds};
}

// ":mm", ":ss" and ".fff", each optional, in this order.
std::optional<Duration> take_minutes_and_seconds(std::string_view& text) {
  Duration time{0};
  if (!take(text, ':')) {
    return time;
  }
  const auto minutes = take_digits(text, 2);
  if (!minutes || *minutes > 59) {
    return std::nullopt;
  }
  time += std::chrono::minutes{*minutes};
  if (!take(text, ':')) {
    return time;
  }
  const auto seconds = take_digits(text, 2);
  if (!seconds || *seconds > 59) {
    return std::nullopt;
  }
  time += std::chrono::seconds{*seconds};
  if (take(text, '.')) {
    const auto fraction = take_fraction(text);
    if (!fraction) {
      return std::nullopt;
    }
    time += *fraction;
  }
  return time;
}

std::optional<Duration> take_time_of_day(std::string_view& text) {
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23) {
    return std::nullopt;
  }
  const auto rest = take_minutes_and_seconds(text);
  if (!rest) {
    return std::nullopt;
  }
  return std::chrono::hours{*hours} + *rest;
}

// "Z", "+01:00", "-0530" or nothing, which means UTC.
std::optional<Duration> take_offset(std::string_view& text) {
  if (text.empty() || take(text, 'Z') || take(text, 'z')) {
    return Duration{0};
  }
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') {
    return std::nullopt;
  }
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  (void)take(text, ':');
  const auto minutes = text.empty() ? std::optional{0} : take_digits(text, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) {
    return std::nullopt;
  }
  const Duration offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return west ? -offset : offset;
}

std::optional<Instant> parse(std::string_view text) {
  const auto date = take_date(text);
  if (!date) {
    return std::nullopt;
  }
  Duration time{0};
  if (take(text, 'T') || take(text, 't') || take(text, ' ')) {
    const auto of_day = take_time_of_day(text);
    if (!of_day) {
      return std::nullopt;
    }
    time = *of_day;
  }
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) {
    return std::nullopt;
  }
  return Instant{*date} + time - *offset;
}

}  // namespace

std::string format_time(Instant instant) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
  if (seconds == instant) {
    return std::format("{:%FT%TZ}", seconds);
  }
  return std::format("{:%FT%TZ}", instant);
}

Result<Instant> parse_time(std::string_view text) {
  if (const auto instant = parse(text)) {
    return *instant;
  }
  return invalid(std::format("'{}' is not a time; write it as 2021-03-04T05:00:00Z", text));
}

}  // namespace drover
