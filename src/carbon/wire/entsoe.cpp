#include "carbon/wire/entsoe.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <format>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <utility>

#include "carbon/factors.h"
#include "carbon/given.h"
#include "carbon/wire/entsoe_areas.h"
#include "carbon/wire/entsoe_mix.h"
#include "carbon/wire/unzip.h"

namespace drover::carbon::wire {
namespace {

constexpr std::string_view kSource = "entsoe";
constexpr std::size_t kMaxBytes = std::size_t{64} << 20;
constexpr Duration kLongestPeriod = std::chrono::days{367};  // a query gives a year at most

// Names come with or without a prefix, as the namespace is the default one or not.
std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const auto& one : node.children()) {
    if (local_name(one) == name) {
      return one;
    }
  }
  return {};
}

std::string_view text_of(const pugi::xml_node& node) {
  std::string_view text = node.text().get();
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  return first == std::string_view::npos
             ? std::string_view{}
             : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string_view child_text(const pugi::xml_node& node, std::string_view name) {
  return text_of(child(node, name));
}

Result<Instant> time_in(const pugi::xml_node& interval, std::string_view name) {
  const auto text = child_text(interval, name);
  const auto time = parse_time(text);
  if (!time || !says_offset(text)) {
    return invalid(std::format("timeInterval/{} {} is not a time such as 2021-01-01T00:00Z", name,
                               shown(text)));
  }
  return *time;
}

template <class Number>
Result<Number> number_in(const pugi::xml_node& point, std::string_view name) {
  const auto text = child_text(point, name);
  Number value{};
  const auto* end = text.data() + text.size();
  const auto [stop, status] = std::from_chars(text.data(), end, value);
  if (status != std::errc{} || stop != end) {
    return invalid(std::format("Point/{} {} is not a number", name, shown(text)));
  }
  return value;
}

struct Period {
  Instant start;
  Duration step{};
  std::int64_t steps = 0;
};

Result<Duration> resolution_of(const pugi::xml_node& period) {
  struct Known {
    std::string_view text;
    std::chrono::minutes length;
  };
  constexpr std::array kKnown = {Known{.text = "PT15M", .length = std::chrono::minutes{15}},
                                 Known{.text = "PT30M", .length = std::chrono::minutes{30}},
                                 Known{.text = "PT60M", .length = std::chrono::minutes{60}},
                                 Known{.text = "PT1H", .length = std::chrono::minutes{60}}};
  const auto text = child_text(period, "resolution");
  const auto* found = std::ranges::find(kKnown, text, &Known::text);
  if (found == kKnown.end()) {
    return invalid(std::format("resolution {} is none of PT15M, PT30M and PT60M", shown(text)));
  }
  return found->length;
}

Result<Period> read_span(const pugi::xml_node& node) {
  const auto interval = child(node, "timeInterval");
  const auto start = time_in(interval, "start");
  const auto end = time_in(interval, "end");
  const auto step = resolution_of(node);
  if (!start || !end || !step) {
    return std::unexpected(!start ? start.error() : !end ? end.error() : step.error());
  }
  const Duration length = *end - *start;
  if (length <= Duration{0} || length % *step != Duration{0} || length > kLongestPeriod) {
    return invalid(std::format("the period from {} to {} is no number of steps within a year",
                               format_time(*start), format_time(*end)));
  }
  return Period{.start = *start, .step = *step, .steps = length / *step};
}

// What one production type generated, from one time series.
class TypeReader {
 public:
  TypeReader(std::string type, bool carries_on, GenerationMix& mix)
      : type_(std::move(type)), carries_on_(carries_on), mix_(mix) {}

  Result<> read(const pugi::xml_node& node);

 private:
  Result<> read_point(const pugi::xml_node& point, const Period& period);
  Result<> add(const Period& period, std::int64_t step, double megawatts) {
    return mix_.add(
        type_,
        {.at = period.start + period.step * step, .length = period.step, .megawatts = megawatts});
  }
  // Steps that are not written repeat the one before (curve type A03).
  Result<> carry_on(const Period& period, std::int64_t until);

  std::string type_;
  bool carries_on_;
  GenerationMix& mix_;
  std::int64_t next_ = 0;       // step after the last one written
  std::optional<double> last_;  // its power
};

Result<> TypeReader::carry_on(const Period& period, std::int64_t until) {
  for (; carries_on_ && last_ && next_ < until; ++next_) {
    if (auto added = add(period, next_, *last_); !added) {
      return added;
    }
  }
  return {};
}

Result<> TypeReader::read_point(const pugi::xml_node& point, const Period& period) {
  const auto position = number_in<std::int64_t>(point, "position");
  if (!position) {
    return std::unexpected(position.error());
  }
  if (*position < 1 || *position > period.steps) {
    return invalid(std::format("Point/position {} is not in 1 to {}", *position, period.steps));
  }
  const std::int64_t step = *position - 1;
  if (step < next_) {
    return invalid(std::format("Point/position {} does not come after {}", *position, next_));
  }
  const auto megawatts = number_in<double>(point, "quantity");
  if (!megawatts) {
    return std::unexpected(megawatts.error());
  }
  return carry_on(period, step)
      .and_then([&] { return add(period, step, *megawatts); })
      .transform([&] {
        next_ = step + 1;
        last_ = *megawatts;
      });
}

Result<> TypeReader::read(const pugi::xml_node& node) {
  const auto period = read_span(node);
  if (!period) {
    return std::unexpected(period.error());
  }
  next_ = 0;
  last_.reset();
  for (const auto& point : node.children()) {
    if (local_name(point) == "Point") {
      if (auto read = read_point(point, *period); !read) {
        return read;
      }
    }
  }
  return carry_on(*period, period->steps);
}

class DocumentReader {
 public:
  // Each in turn; all of one area.
  Result<> read(std::string_view xml);
  [[nodiscard]] const std::string& area() const { return area_; }
  [[nodiscard]] GenerationMix& mix() { return mix_; }

 private:
  Result<> read_series(const pugi::xml_node& node);
  Result<> check_area(std::string_view code);

  std::string area_;
  GenerationMix mix_;
};

std::unexpected<Error> refused(std::string_view type) {
  const std::string_view what = type == "A71"   ? "the day-ahead total, not by type"
                                : type == "A69" ? "a forecast of wind and solar alone"
                                : type == "A65" ? "load"
                                                : "another document";
  return invalid(
      std::format("document type {} is {}, which gives no carbon intensity; ask for A75, "
                  "actual generation per type",
                  shown(type), what));
}

std::unexpected<Error> acknowledged(const pugi::xml_node& root) {
  const auto reason = child(root, "Reason");
  return not_found(std::format("the platform has nothing: {} (reason {})",
                               shown(child_text(reason, "text")),
                               shown(child_text(reason, "code"))));
}

Result<> DocumentReader::check_area(std::string_view code) {
  if (code.empty()) {
    return invalid("a time series names no inBiddingZone_Domain.mRID");
  }
  if (!area_.empty() && area_ != code) {
    return invalid(
        std::format("two areas, {} and {}; ask for one at a time", shown(area_), shown(code)));
  }
  area_ = code;
  return {};
}

Result<> DocumentReader::read_series(const pugi::xml_node& node) {
  if (child(node, "outBiddingZone_Domain.mRID")) {
    return {};  // what pumps and storage take in
  }
  const auto type = child_text(child(node, "MktPSRType"), "psrType");
  if (!fuel_of_psr_type(type)) {
    return invalid(std::format("production type {} is not known", shown(type)));
  }
  const auto unit = child_text(node, "quantity_Measure_Unit.name");
  if (!unit.empty() && unit != "MAW") {
    return invalid(std::format("unit {} is not MAW (megawatts)", shown(unit)));
  }
  const auto curve = child_text(node, "curveType");
  if (!curve.empty() && curve != "A01" && curve != "A03") {
    return invalid(std::format("curve type {} is neither A01 nor A03", shown(curve)));
  }
  if (auto checked = check_area(child_text(node, "inBiddingZone_Domain.mRID")); !checked) {
    return checked;
  }
  TypeReader reader(std::string(type), curve == "A03", mix_);
  for (const auto& period : node.children()) {
    if (local_name(period) == "Period") {
      auto read = reader.read(period);
      if (!read) {
        return read.transform_error(doing(std::format("type {}", type)));
      }
    }
  }
  return {};
}

Result<> DocumentReader::read(std::string_view xml) {
  if (xml.size() > kMaxBytes) {
    return invalid(std::format("{} bytes are more than the limit of {}", xml.size(), kMaxBytes));
  }
  pugi::xml_document document;
  const auto parsed = document.load_buffer(xml.data(), xml.size());
  if (!parsed) {
    return invalid(std::format("no XML at byte {}: {}", parsed.offset, parsed.description()));
  }
  const auto root = document.document_element();
  if (local_name(root) == "Acknowledgement_MarketDocument") {
    return acknowledged(root);
  }
  if (local_name(root) != "GL_MarketDocument") {
    return invalid(
        std::format("{} is no document of generation (GL_MarketDocument)", shown(root.name())));
  }
  const auto type = child_text(root, "type");
  const auto process = child_text(root, "process.processType");
  if (type != "A75") {
    return refused(type);
  }
  if (!process.empty() && process != "A16") {
    return invalid(std::format("process type {} is not A16, what was realised", shown(process)));
  }
  for (const auto& node : root.children()) {
    if (local_name(node) == "TimeSeries") {
      if (auto read = read_series(node); !read) {
        return read;
      }
    }
  }
  return {};
}

Result<ZoneId> zone_of(const DocumentReader& reader, const WireOptions& options) {
  if (options.zone) {
    return *options.zone;
  }
  const auto areas = entsoe_areas();
  const auto found = std::ranges::find(areas, reader.area(), &EntsoeArea::code);
  if (found == areas.end()) {
    return invalid(std::format("area {} has no zone that is known; say which it is (--zone)",
                               shown(reader.area())));
  }
  return ZoneId{std::string(found->zone)};
}

Result<Answer> to_answer(DocumentReader& reader, const WireOptions& options) {
  auto series = reader.mix().intensity(options.scope.value_or(Scope::kDirect));
  const auto zone = series.and_then([&](const Series&) { return zone_of(reader, options); });
  if (!zone) {
    return std::unexpected(zone.error());
  }
  series->zone = *zone;
  series->basis = Basis::kProduction;
  series->source = options.source.empty() ? std::string(kSource) : options.source;
  Answer answer;
  answer.nulls = std::ranges::count(series->values, std::optional<Intensity>{});
  answer.repeated = reader.mix().repeated();
  if (answer.nulls == static_cast<std::int64_t>(series->values.size())) {
    return not_found("no step in which all types are known and something is generated");
  }
  answer.series.push_back(*std::move(series));
  return answer;
}

Result<> read_all(std::string_view bytes, DocumentReader& reader) {
  if (!is_zip(bytes)) {
    return reader.read(bytes);
  }
  const auto files = unzip(bytes);
  if (!files) {
    return std::unexpected(files.error());
  }
  for (const std::string& file : *files) {
    if (auto read = reader.read(file); !read) {
      return read;
    }
  }
  return {};
}

Result<> check_wanted(const WireOptions& options) {
  if (options.kind.value_or(Kind::kAverage) != Kind::kAverage ||
      options.basis.value_or(Basis::kProduction) != Basis::kProduction) {
    return invalid("a generation mix gives average, production-based intensity only");
  }
  return {};
}

}  // namespace

Result<Answer> parse_entsoe(std::string_view xml_or_zip, const WireOptions& options) {
  DocumentReader reader;
  return check_wanted(options)
      .and_then([&] { return read_all(xml_or_zip, reader); })
      .and_then([&] { return to_answer(reader, options); })
      .transform_error(doing(options.document));
}

}  // namespace drover::carbon::wire
