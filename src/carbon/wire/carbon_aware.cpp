#include "carbon/wire/carbon_aware.h"

#include <algorithm>
#include <charconv>
#include <format>
#include <map>
#include <utility>

#include "carbon/given.h"
#include "carbon/wire/collected.h"
#include "carbon/wire/json.h"

namespace drover::carbon::wire {
namespace {

constexpr std::string_view kSource = "carbon-aware-sdk";

// The Web API writes `location`, the data file `Location`.
std::optional<Node> find(const Node& node, std::string_view name) {
  if (auto found = node.find(name)) {
    return found;
  }
  std::string capital(name);
  capital[0] = static_cast<char>(capital[0] - 'a' + 'A');
  return node.find(capital);
}

Result<Node> member(const Node& node, std::string_view name) {
  auto found = find(node, name);
  return found ? Result<Node>(*std::move(found)) : node.member(name);
}

// "00:30:00", also with days before ("1.00:00:00"); zero when it is not known.
std::optional<Duration> parse_span(std::string_view text) {
  Duration span{0};
  if (const auto dot = text.find('.'); dot != std::string_view::npos && dot < 4) {
    int days = 0;
    if (std::from_chars(text.data(), text.data() + dot, days).ptr != text.data() + dot) {
      return std::nullopt;
    }
    span = std::chrono::days{days};
    text.remove_prefix(dot + 1);
  }
  const auto clock = parse_time(std::format("1970-01-01T{}Z", text.substr(0, 16)));
  if (!clock || text.size() != 8 || span < Duration{0}) {
    return std::nullopt;
  }
  return span + clock->time_since_epoch();
}

struct Measured {
  std::vector<Point> points;
  std::optional<Duration> step;  // of the first one that says
};

struct Issue {
  std::string location;
  std::optional<Instant> issued;
  Measured expected;
};

class Reader {
 public:
  explicit Reader(const WireOptions& options) : options_(options) {}

  Result<> read(const Node& root);
  Result<Answer> finish();

 private:
  Result<> read_list(const Node& list, bool is_file);
  Result<> read_one(const Node& one, bool is_file);
  Result<> read_emission(const Node& one, bool is_file);
  Result<> read_average(const Node& one);
  Result<> read_forecast(const Node& one);
  Result<> read_expected(const Node& data, Issue& issue);
  Result<> set_step(const Node& place, Duration length, std::optional<Duration>& step);
  [[nodiscard]] Result<std::optional<Series>> header(const std::string& location) const;
  [[nodiscard]] bool several() const;
  [[nodiscard]] Result<std::optional<Collected>> collected(const std::string& location,
                                                           Measured measured) const;
  Result<> finish_all();

  const WireOptions& options_;
  std::map<std::string, Measured> measured_;
  std::vector<Issue> issues_;
  Answer answer_;
};

// Problem details after RFC 9457.
std::unexpected<Error> provider_error(const Node& root) {
  const auto said = [&](std::string_view name) {
    const auto text = root.find(name);
    return text && !text->is_null() ? text->shown_value() : std::string("''");
  };
  const auto status = root.find("status");
  const double number = status ? status->number().value_or(400) : 400;
  const Code code = number == 404   ? Code::kNotFound
                    : number >= 500 ? Code::kUnavailable
                                    : Code::kInvalid;
  return root.error(
      std::format("the service says {} {} {}", said("status"), said("title"), said("detail")),
      code);
}

Result<> Reader::set_step(const Node& place, Duration length, std::optional<Duration>& step) {
  if (length == Duration{0}) {
    return {};
  }
  if (step.value_or(length) != length) {
    return place.error(std::format("{} is another duration than {} before it", place.shown_value(),
                                   std::chrono::duration_cast<std::chrono::seconds>(*step)));
  }
  step = length;
  return {};
}

Result<> Reader::read_emission(const Node& one, bool is_file) {
  const auto location = member(one, "location").and_then(&Node::text);
  // The data file writes times without a zone, and means UTC.
  const auto time = member(one, "time").and_then(is_file ? &Node::time_or_utc : &Node::time);
  const auto rating = member(one, "rating");
  if (!location || !time || !rating) {
    return std::unexpected(!location ? location.error() : !time ? time.error() : rating.error());
  }
  Measured& measured = measured_[*location];
  if (const auto duration = find(one, "duration"); duration && !duration->is_null()) {
    const auto text = duration->text();
    const auto span = text ? parse_span(*text) : std::nullopt;
    if (!span) {
      return duration->error(std::format("{} is no duration as 00:30:00", duration->shown_value()));
    }
    if (auto set = set_step(*duration, *span, measured.step); !set) {
      return set;
    }
  }
  Point point = {.at = *time};
  if (!rating->is_null()) {
    const auto grams = is_file ? rating->number_or_text() : rating->number();
    const auto value = grams.and_then(given_intensity);
    if (!value) {
      return grams ? Result<>(rating->error(value.error().what)) : std::unexpected(grams.error());
    }
    point.value = *value;
  }
  measured.points.push_back(point);
  return {};
}

Result<> Reader::read_average(const Node& one) {
  const auto location = member(one, "location").and_then(&Node::text);
  const auto from = one.member("startTime").and_then(&Node::time);
  const auto end = one.member("endTime");
  const auto to = end.and_then(&Node::time);
  const auto value = one.member("carbonIntensity").and_then(&Node::intensity);
  if (!location || !from || !to || !value) {
    return std::unexpected(!location ? location.error()
                           : !from   ? from.error()
                           : !to     ? to.error()
                                     : value.error());
  }
  if (*to <= *from) {
    return end->error(std::format("{} is not after startTime", format_time(*to)));
  }
  Measured& measured = measured_[*location];
  measured.points.push_back({.at = *from, .value = *value});
  return set_step(*end, *to - *from, measured.step);
}

Result<> Reader::read_expected(const Node& data, Issue& issue) {
  const auto time = data.member("timestamp").and_then(&Node::time);
  const auto value = data.member("value").and_then(
      [&](const Node& node) { return expected_intensity(node, options_, answer_); });
  if (!time || !value) {
    return std::unexpected(time ? value.error() : time.error());
  }
  if (const auto duration = data.find("duration"); duration && !duration->is_null()) {
    constexpr double kMostMinutes = 366.0 * 24 * 60;
    const auto minutes = duration->number();
    if (!minutes || *minutes < 0 || *minutes > kMostMinutes ||
        *minutes != static_cast<int>(*minutes)) {
      return duration->error(std::format("{} is no number of minutes", duration->shown_value()));
    }
    if (auto set = set_step(*duration, std::chrono::minutes{static_cast<int>(*minutes)},
                            issue.expected.step);
        !set) {
      return set;
    }
  }
  if (const auto location = data.find("location"); issue.location.empty() && location) {
    issue.location = location->text().value_or("");
  }
  issue.expected.points.push_back({.at = *time, .value = *value});
  return {};
}

Result<> check_raw(const Node& one, Issue& issue) {
  std::ranges::stable_sort(issue.expected.points, {}, &Point::at);
  for (std::size_t i = 1; i < issue.expected.points.size(); ++i) {
    const Duration distance = issue.expected.points[i].at - issue.expected.points[i - 1].at;
    if (distance > Duration{0} && distance < issue.expected.step.value_or(Duration{0})) {
      return one.error(std::format(
          "the values at {} and {} are means over windows of {} that overlap, not "
          "values of a step; "
          "ask without windowSize",
          format_time(issue.expected.points[i - 1].at), format_time(issue.expected.points[i].at),
          std::chrono::duration_cast<std::chrono::minutes>(*issue.expected.step)));
    }
  }
  return {};
}

Result<> Reader::read_forecast(const Node& one) {
  Issue issue = {.location = {}, .issued = options_.issued, .expected = {}};
  if (const auto location = one.find("location")) {
    issue.location = location->text().value_or("");
  }
  if (const auto generated = one.find("generatedAt"); generated && !generated->is_null()) {
    const auto time = generated->time();
    if (!time) {
      return std::unexpected(time.error());
    }
    issue.issued = *time;
  }
  const auto data = one.member("forecastData").and_then(&Node::elements);
  if (!data) {
    return std::unexpected(data.error());
  }
  for (const Node& expected : *data) {
    if (auto read = read_expected(expected, issue); !read) {
      return read;
    }
  }
  return check_raw(one, issue).transform([&] { issues_.push_back(std::move(issue)); });
}

Result<> Reader::read_one(const Node& one, bool is_file) {
  if (one.find("forecastData")) {
    return read_forecast(one);
  }
  return one.find("carbonIntensity") ? read_average(one) : read_emission(one, is_file);
}

Result<> Reader::read_list(const Node& list, bool is_file) {
  return list.elements().and_then([&](const std::vector<Node>& all) -> Result<> {
    for (const Node& one : all) {
      if (auto read = read_one(one, is_file); !read) {
        return read;
      }
    }
    return {};
  });
}

Result<> Reader::read(const Node& root) {
  if (root.is_array()) {
    return read_list(root, false);
  }
  if (const auto emissions = find(root, "emissions")) {
    return read_list(*emissions, true);
  }
  if (root.find("title") || root.find("errors")) {
    return provider_error(root);
  }
  return read_one(root, false);
}

bool Reader::several() const {
  std::map<std::string, int> locations;
  for (const auto& [location, measured] : measured_) {
    ++locations[location];
  }
  for (const Issue& issue : issues_) {
    ++locations[issue.location];
  }
  return locations.size() > 1;
}

// Absent for a location that is not asked for.
Result<std::optional<Series>> Reader::header(const std::string& location) const {
  if (several() && options_.zone && options_.zone->str() != location) {
    return std::nullopt;
  }
  if (!options_.zone && !is_zone_name(location)) {
    return invalid(std::format("{}: location {} is no zone id; say the zone (--zone)",
                               options_.document, shown(location)));
  }
  Series like;
  like.zone = options_.zone.value_or(ZoneId{location});
  like.kind = options_.kind.value_or(Kind::kAverage);
  like.scope = *options_.scope;
  like.basis = options_.basis.value_or(Basis::kUnstated);
  like.source = options_.source.empty() ? std::string(kSource) : options_.source;
  return like;
}

// Absent for a location that is not asked for.
Result<std::optional<Collected>> Reader::collected(const std::string& location,
                                                   Measured measured) const {
  return header(location).transform([&](std::optional<Series> like) {
    return std::move(like).transform([&](Series header) {
      return Collected{.like = std::move(header),
                       .points = std::move(measured.points),
                       .step = measured.step,
                       .coarse = {}};
    });
  });
}

Result<> Reader::finish_all() {
  for (auto& [location, measured] : measured_) {
    auto points = collected(location, std::move(measured));
    auto added = !points   ? std::unexpected(points.error())
                 : *points ? add_series(**std::move(points), answer_)
                           : Result<>{};
    if (!added) {
      return added;
    }
  }
  for (Issue& issue : issues_) {
    auto points = collected(issue.location, std::move(issue.expected));
    auto added = !points   ? std::unexpected(points.error())
                 : *points ? add_forecast(**std::move(points), issue.issued, answer_)
                           : Result<>{};
    if (!added) {
      return added;
    }
  }
  return {};
}

Result<Answer> Reader::finish() {
  if (auto finished = finish_all(); !finished) {
    return std::unexpected(doing(options_.document)(std::move(finished).error()));
  }
  if (answer_.series.empty() && answer_.forecasts.empty()) {
    return nothing_left(options_, answer_);
  }
  return std::move(answer_);
}

}  // namespace

Result<Answer> parse_carbon_aware(std::string_view json, const WireOptions& options) {
  Reader reader(options);
  return Node::parse(json, options.document)
      .and_then([&](const Node& root) { return reader.read(root); })
      .and_then([&]() -> Result<Answer> {
        if (!options.scope) {
          return invalid(std::format(
              "{}: the document does not say whether this is direct or lifecycle carbon intensity; "
              "say --scope direct or --scope lifecycle",
              options.document));
        }
        return reader.finish();
      });
}

}  // namespace drover::carbon::wire
