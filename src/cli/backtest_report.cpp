#include "cli/backtest_report.h"

#include <algorithm>
#include <format>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "carbon/registry.h"
#include "cli/table.h"

namespace drover::cli {
namespace {

using carbon::ErrorSums;
using carbon::ModelScore;
using nlohmann::ordered_json;
using Figure = std::optional<double>;

constexpr double kPercent = 100;

struct Measure {
  std::string_view name;
  Figure (*of)(const ErrorSums& sums);
};

Figure percent(Figure share) { return share ? Figure(*share * kPercent) : std::nullopt; }

// What is told of each lead day and of all together; shares in percent, the others in g/kWh.
constexpr Measure kMeasures[] = {
    {.name = "mape", .of = [](const ErrorSums& sums) { return percent(sums.mape()); }},
    {.name = "wape", .of = [](const ErrorSums& sums) { return percent(sums.wape()); }},
    {.name = "mae", .of = [](const ErrorSums& sums) { return sums.mae(); }},
    {.name = "bias", .of = [](const ErrorSums& sums) { return sums.bias(); }},
    {.name = "coverage90", .of = [](const ErrorSums& sums) { return percent(sums.coverage()); }},
    {.name = "width90", .of = [](const ErrorSums& sums) { return sums.mean_width(); }},
    {.name = "rank_ratio", .of = [](const ErrorSums& sums) { return sums.rank_ratio(); }},
    {.name = "rank_within_5",
     .of = [](const ErrorSums& sums) { return percent(sums.rank_within_5_percent()); }},
};

// Name -> figure: mape_day1, ..., mape_96h, ...; coverage90 is of all leads.
std::vector<std::pair<std::string, Figure>> figures(const ModelScore& score, std::size_t leads) {
  std::vector<std::pair<std::string, Figure>> all;
  for (const Measure& measure : kMeasures) {
    for (std::size_t day = 0; day < score.days.size(); ++day) {
      all.emplace_back(std::format("{}_day{}", measure.name, day + 1), measure.of(score.days[day]));
    }
    all.emplace_back(std::format("{}_{}h", measure.name, leads), measure.of(score.all));
    if (measure.name == "coverage90") {
      all.emplace_back("coverage90", measure.of(score.all));
    }
  }
  return all;
}

ordered_json number(Figure figure) { return figure ? ordered_json(*figure) : ordered_json(); }

std::string cell(Figure figure, int decimals = 1) {
  return figure ? std::format("{:.{}f}", *figure, decimals) : "-";
}

Figure mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return values.empty() ? std::nullopt : Figure(sum / static_cast<double>(values.size()));
}

Figure median_of(std::vector<double> values) {
  if (values.empty()) {
    return std::nullopt;
  }
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::vector<std::string> model_names(const BacktestReport& report) {
  std::vector<std::string>
      names;  // in the order of the table; "external" may be in some zones only
  for (const auto& zone : report.zones) {
    for (const auto& model : zone.models) {
      if (!std::ranges::contains(names, model.name)) {
        names.push_back(model.name);
      }
    }
  }
  return names;
}

const ModelScore* find_model(const carbon::ZoneScore& zone, std::string_view name) {
  const auto found = std::ranges::find(zone.models, name, &ModelScore::name);
  return found == zone.models.end() || zone.issues == 0 ? nullptr : &*found;
}

using Combine = Figure (*)(std::vector<double>);

// A figure combined over the zones that have it.
Figure over_zones(const BacktestReport& report, const std::string& model, Combine combine,
                  const std::function<Figure(const ModelScore&)>& of) {
  std::vector<double> values;
  for (const auto& zone : report.zones) {
    const auto* score = find_model(zone, model);
    const Figure value = score == nullptr ? std::nullopt : of(*score);
    if (value) {
      values.push_back(*value);
    }
  }
  return combine(std::move(values));
}

constexpr std::pair<std::string_view, Combine> kCombined[] = {
    {"mean", [](std::vector<double> values) { return mean_of(values); }},
    {"median", [](std::vector<double> values) { return median_of(std::move(values)); }},
};

ordered_json combined(const BacktestReport& report, Combine combine) {
  ordered_json out = ordered_json::object();
  for (const auto& model : model_names(report)) {
    std::map<std::string, std::vector<double>> values;
    std::vector<std::string> order;
    for (const auto& zone : report.zones) {
      const auto* score = find_model(zone, model);
      if (score == nullptr) {
        continue;
      }
      for (const auto& [name, figure] : figures(*score, report.options.leads)) {
        if (!std::ranges::contains(order, name)) {
          order.push_back(name);
        }
        if (figure) {
          values[name].push_back(*figure);
        }
      }
    }
    for (const auto& name : order) {
      out[model][name] = number(combine(values[name]));
    }
  }
  return out;
}

// In how many zones a model's WAPE is below the foreign forecasts'.
ordered_json against_external(const BacktestReport& report) {
  ordered_json out = ordered_json::object();
  for (const auto& model : model_names(report)) {
    int zones = 0;
    int better_day = 0;
    int better_all = 0;
    for (const auto& zone : report.zones) {
      const auto* theirs = find_model(zone, carbon::kExternalModel);
      const auto* ours = find_model(zone, model);
      if (theirs == nullptr || ours == nullptr || model == carbon::kExternalModel) {
        continue;
      }
      ++zones;
      better_day += ours->days[0].wape() < theirs->days[0].wape() ? 1 : 0;
      better_all += ours->all.wape() < theirs->all.wape() ? 1 : 0;
    }
    if (zones > 0) {
      out[model] = {{"zones", zones},
                    {"lower_wape_day1", better_day},
                    {std::format("lower_wape_{}h", report.options.leads), better_all}};
    }
  }
  return out;
}

ordered_json right_zones(const BacktestReport& report) {
  ordered_json out = ordered_json::object();
  const bool same = std::ranges::all_of(report.zones, [&](const auto& zone) {
    return zone.models.size() == report.zones.front().models.size();
  });
  if (report.zones.size() < 2 || !same) {
    return out;
  }
  const auto& models = report.zones.front().models;
  for (std::size_t model = 0; model < models.size(); ++model) {
    for (std::size_t day = 0; day < (report.options.leads + 23) / 24; ++day) {
      out[models[model].name][std::format("right_zone_day{}", day + 1)] =
          number(percent(carbon::right_zone_share(report.zones, model, report.options.leads, day)));
    }
  }
  return out;
}

std::vector<std::string> row(std::string zone, const std::string& model,
                             const std::function<Figure(Figure (*)(const ModelScore&))>& get) {
  return {
      std::move(zone),
      model,
      cell(get([](const ModelScore& s) { return percent(s.days[0].mape()); })),
      cell(get([](const ModelScore& s) { return percent(s.days.back().mape()); })),
      cell(get([](const ModelScore& s) { return percent(s.all.mape()); })),
      cell(get([](const ModelScore& s) { return percent(s.days[0].wape()); })),
      cell(get([](const ModelScore& s) { return percent(s.all.wape()); })),
      cell(get([](const ModelScore& s) { return s.days[0].mae(); })),
      cell(get([](const ModelScore& s) { return s.all.mae(); })),
      cell(get([](const ModelScore& s) { return percent(s.all.coverage()); })),
      cell(get([](const ModelScore& s) { return s.days[0].rank_ratio(); }), 3),
      cell(get([](const ModelScore& s) { return percent(s.days[0].rank_within_5_percent()); }), 0)};
}

}  // namespace

ordered_json to_json(const BacktestReport& report) {
  ordered_json out = {{"from", format_time(report.options.from)},
                      {"to", format_time(report.options.to)},
                      {"issues_every_h", report.options.every / std::chrono::hours{1}},
                      {"horizon_h", report.options.leads},
                      {"quantity", report.quantity},
                      {"source", report.source},
                      {"synthetic", report.synthetic},
                      {"default_model", carbon::default_forecaster()},
                      {"units",
                       {{"mape", "percent"},
                        {"wape", "percent"},
                        {"mae", "gCO2eq/kWh"},
                        {"bias", "gCO2eq/kWh"},
                        {"coverage90", "percent"},
                        {"width90", "gCO2eq/kWh"},
                        {"rank_within_5", "percent"},
                        {"right_zone", "percent"}}}};
  out["zones"] = ordered_json::object();
  out["skipped"] = ordered_json::object();
  for (const auto& zone : report.zones) {
    auto& models = out["zones"][zone.zone.str()] = ordered_json::object();
    if (zone.skipped > 0) {
      out["skipped"][zone.zone.str()] = {{"issues", zone.skipped}, {"why", zone.why_skipped}};
    }
    for (const auto& model : zone.models) {
      auto& one = models[model.name] = ordered_json::object();
      for (const auto& [name, figure] : figures(model, report.options.leads)) {
        one[name] = number(figure);
      }
      one["n"] = zone.issues;
      one["hours"] = model.all.hours;
      one["fallbacks"] = model.fallbacks;
    }
  }
  for (const auto& [name, combine] : kCombined) {
    out[name] = combined(report, combine);
  }
  out["against_external"] = against_external(report);
  out["cheapest_zone"] = right_zones(report);
  return out;
}

std::string backtest_table(const BacktestReport& report) {
  const auto days = (report.options.leads + 23) / 24;
  const auto whole = std::format("{}h", report.options.leads);
  const auto last =
      days > 1 ? std::format("d{}", days) : "last";  // two columns of one name would lie
  Table table({"ZONE", "MODEL", "MAPE%:d1", last, whole, "WAPE%:d1", whole, "MAE:d1", whole,
               "IN90%", "4H-PICK", "<5%"});
  for (const auto& zone : report.zones) {
    for (const auto& model : zone.models) {
      if (zone.issues > 0) {
        table.add(row(zone.zone.str(), model.name,
                      [&](Figure (*of)(const ModelScore&)) { return of(model); }));
      }
    }
  }
  for (const auto& [name, combine] : kCombined) {
    for (const auto& model : model_names(report)) {
      table.add(row(std::string(name), model, [&](Figure (*of)(const ModelScore&)) {
        return over_zones(report, model, combine, of);
      }));
    }
  }
  return table.text();
}

BarChart backtest_chart(const BacktestReport& report) {
  BarChart chart = {
      .title = std::format("{}Mean error of forecasts over {} zone{}, issued {} to {}",
                           report.synthetic ? "SYNTHETIC: " : "", report.zones.size(),
                           report.zones.size() == 1 ? "" : "s",
                           format_time(report.options.from).substr(0, 10),
                           format_time(report.options.to).substr(0, 10)),
      .y_label = "MAPE in %",
      .series = model_names(report),
      .groups = {}};
  for (std::size_t day = 0; day < (report.options.leads + 23) / 24; ++day) {
    BarGroup group = {.name = std::format("lead day {}", day + 1), .values = {}};
    for (const auto& model : chart.series) {
      group.values.push_back(
          over_zones(report, model, kCombined[0].second, [&](const ModelScore& score) {
            return day < score.days.size() ? percent(score.days[day].mape()) : std::nullopt;
          }));
    }
    chart.groups.push_back(std::move(group));
  }
  return chart;
}

}  // namespace drover::cli
