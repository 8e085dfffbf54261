#include "carbon/wire/uk.h"

#include <algorithm>
#include <format>
#include <map>
#include <utility>

#include "carbon/given.h"
#include "carbon/points.h"
#include "carbon/wire/collected.h"
#include "carbon/wire/json.h"

namespace drover::carbon::wire {
namespace {

constexpr std::string_view kSource = "uk-carbon-intensity";
constexpr std::string_view kNational = "GB";

// The points of one zone in the making.
struct Zone {
  std::vector<Point> actual;
  std::vector<Point> forecast;
};

class Reader {
 public:
  explicit Reader(const WireOptions& options) : options_(options) {}

  Result<> read(const Node& root);
  Result<Answer> finish();

 private:
  Result<> read_record(const Node& record, const std::string& zone);
  Result<> read_span(const Node& record);
  Result<> read_region(const Node& region, const Node& span);
  Result<> read_regional_list(const Node& region);
  Result<> read_intensity(const Node& intensity, Zone& zone);
  Result<> finish_zone(const std::string& name, Zone zone);

  const WireOptions& options_;
  std::map<std::string, Zone> zones_;
  std::optional<Duration> step_;
  Instant from_;  // of the record at hand
  Answer answer_;
};

// The provider's own error: {"error": {"code": "400 Bad Request", "message": "..."}}.
std::unexpected<Error> provider_error(const Node& error) {
  const auto said = [&](std::string_view name) {
    const auto member = error.find(name);
    return member ? member->text().value_or("") : std::string{};
  };
  const std::string code = said("code");
  const Code kind = code.starts_with("404") ? Code::kNotFound
                    : code.starts_with('5') ? Code::kUnavailable
                                            : Code::kInvalid;
  return error.error(std::format("the provider says {} {}", shown(code), shown(said("message"))),
                     kind);
}

Result<std::string> zone_of(const Node& region) {
  constexpr double kRegions = 18;  // 15 England, 16 Scotland, 17 Wales, 18 all of it
  return region.member("regionid").and_then([&](const Node& id) {
    return id.number().and_then([&](double number) -> Result<std::string> {
      if (number < 1 || number > kRegions || number != static_cast<int>(number)) {
        return id.error(std::format("{} is no region, 1 to 17", number));
      }
      return number == kRegions ? std::string(kNational)
                                : std::format("{}-{}", kNational, static_cast<int>(number));
    });
  });
}

Result<> Reader::read_span(const Node& record) {
  const auto from = record.member("from").and_then(&Node::time);
  if (!from) {
    return std::unexpected(from.error());
  }
  const auto end = record.member("to");
  const auto to = end.and_then(&Node::time);
  if (!to) {
    return std::unexpected(to.error());
  }
  const Duration step = *to - *from;
  if (step <= Duration{0} || step_.value_or(step) != step) {
    return end->error(std::format("{} is {} after 'from', where {}", format_time(*to),
                                  std::chrono::duration_cast<std::chrono::minutes>(step),
                                  step_
                                      ? "the record before it has another length; ask for a whole "
                                        "number of blocks"
                                      : "it must be later"));
  }
  step_ = step;
  from_ = *from;
  return {};
}

Result<> Reader::read_intensity(const Node& intensity, Zone& zone) {
  if (!intensity.is_object()) {
    return intensity.error(std::format("{} is no object with 'actual', 'forecast' or 'average'",
                                       intensity.shown_value()));
  }
  bool any = false;
  for (const std::string_view name : {"actual", "average"}) {
    if (const auto member = intensity.find(name)) {
      const auto value = member->intensity();
      if (!value) {
        return std::unexpected(value.error());
      }
      zone.actual.push_back({.at = from_, .value = *value});
      any = true;
    }
  }
  if (const auto member = intensity.find("forecast")) {
    const auto value = expected_intensity(*member, options_, answer_);
    if (!value) {
      return std::unexpected(value.error());
    }
    zone.forecast.push_back({.at = from_, .value = *value});
    any = true;
  }
  return any ? Result<>{} : intensity.error("has neither 'actual', 'forecast' nor 'average'");
}

Result<> Reader::read_record(const Node& record, const std::string& zone) {
  return read_span(record)
      .and_then([&] { return record.member("intensity"); })
      .and_then([&](const Node& intensity) { return read_intensity(intensity, zones_[zone]); });
}

Result<> Reader::read_region(const Node& region, const Node& span) {
  return read_span(span)
      .and_then([&] { return zone_of(region); })
      .and_then([&](const std::string& zone) {
        return region.member("intensity").and_then([&](const Node& intensity) {
          return read_intensity(intensity, zones_[zone]);
        });
      });
}

// One region with its own list of times.
Result<> Reader::read_regional_list(const Node& region) {
  const auto zone = zone_of(region);
  if (!zone) {
    return std::unexpected(zone.error());
  }
  return region.member("data")
      .and_then(&Node::elements)
      .and_then([&](const std::vector<Node>& records) -> Result<> {
        for (const Node& record : records) {
          if (auto read = read_record(record, *zone); !read) {
            return read;
          }
        }
        return {};
      });
}

Result<> Reader::read(const Node& root) {
  if (const auto error = root.find("error")) {
    return provider_error(*error);
  }
  const auto data = root.member("data");
  if (!data) {
    return std::unexpected(data.error());
  }
  auto records = data->is_array() ? data->elements() : Result<std::vector<Node>>({*data});
  if (!records) {
    return std::unexpected(records.error());
  }
  for (const Node& record : *records) {
    Result<> read;
    if (const auto regions = record.find("regions")) {
      const auto all = regions->elements();
      if (!all) {
        return std::unexpected(all.error());
      }
      for (const Node& region : *all) {
        read = read.and_then([&] { return read_region(region, record); });
      }
    } else if (record.find("regionid")) {
      read = read_regional_list(record);
    } else {
      read = read_record(record, options_.zone ? options_.zone->str() : std::string(kNational));
    }
    if (!read) {
      return read;
    }
  }
  return {};
}

Result<> Reader::finish_zone(const std::string& name, Zone zone) {
  Series like;
  like.zone = ZoneId{name};
  like.scope = Scope::kDirect;
  like.basis = Basis::kConsumption;  // imports count with the mix of where they come from
  like.source = options_.source.empty() ? std::string(kSource) : options_.source;
  const auto of = [&](std::vector<Point>& points) {
    return Collected{.like = like, .points = std::move(points), .step = step_, .coarse = {}};
  };
  return add_series(of(zone.actual), answer_).and_then([&] {
    return add_forecast(of(zone.forecast), options_.issued, answer_);
  });
}

Result<Answer> Reader::finish() {
  for (auto& [name, zone] : zones_) {
    if (options_.zone && options_.zone->str() != name) {
      continue;
    }
    if (auto finished = finish_zone(name, std::move(zone)); !finished) {
      return std::unexpected(std::move(finished).transform_error(doing(options_.document)).error());
    }
  }
  if (answer_.series.empty() && answer_.forecasts.empty()) {
    return nothing_left(options_, answer_);
  }
  return std::move(answer_);
}

}  // namespace

Result<Answer> parse_uk_intensity(std::string_view json, const WireOptions& options) {
  if (options.scope.value_or(Scope::kDirect) != Scope::kDirect ||
      options.kind.value_or(Kind::kAverage) != Kind::kAverage) {
    return invalid(
        std::format("{}: the UK provider gives direct average intensity only", options.document));
  }
  Reader reader(options);
  return Node::parse(json, options.document)
      .and_then([&](const Node& root) { return reader.read(root); })
      .and_then([&] { return reader.finish(); });
}

}  // namespace drover::carbon::wire
