#include <algorithm>
#include <atomic>
#include <charconv>
#include <format>
#include <future>
#include <optional>
#include <print>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/text.h"
#include "carbon/backtest.h"
#include "carbon/csv/forecasts.h"
#include "carbon/join.h"
#include "carbon/registry.h"
#include "carbon/synthetic.h"
#include "cli/backtest_report.h"
#include "cli/carbon_load.h"
#include "cli/carbon_verbs.h"
#include "cli/command.h"
#include "cli/progress_bar.h"
#include "os/file.h"

namespace drover::cli {
namespace {

using carbon::Series;

constexpr Duration kDay = std::chrono::hours{24};
constexpr int kDefaultIssues = 181;

// What is backtested: a zone's data, and what others expected of it.
struct Subject {
  Series actual;
  std::vector<carbon::ProviderForecast> foreign;
};

struct Job {
  std::vector<Subject> subjects;
  std::vector<carbon::BacktestModel> models;
  carbon::BacktestOptions options;
};

Result<std::vector<carbon::BacktestModel>> choose_models(const std::vector<std::string>& names) {
  std::vector<carbon::BacktestModel> models;
  const bool all = names.size() == 1 && names.front() == "all";
  std::vector<std::string> chosen = names;
  if (all) {
    chosen.clear();
    for (const auto& entry : carbon::forecasters()) {
      if (entry.name != "provider") {  // needs forecasts that a backtest of measured data lacks
        chosen.emplace_back(entry.name);
      }
    }
  }
  for (const auto& name : chosen) {
    auto model = carbon::make_forecaster(name);
    if (!model) {
      return std::unexpected(doing("--models")(model.error()));
    }
    models.push_back({.name = name, .forecaster = *std::move(model)});
  }
  return models;
}

Result<std::vector<Subject>> load_subjects(const CarbonSettings& settings) {
  const auto all = load_zones(settings);
  if (!all) {
    return std::unexpected(all.error());
  }
  std::vector<Subject> subjects;
  for (const Series& series : *all) {
    Subject& subject = subjects.emplace_back(Subject{.actual = series, .foreign = {}});
    if (settings.external.empty()) {
      continue;
    }
    const os::Path file = os::Path(settings.external) / (series.zone.str() + ".csv");
    if (!os::exists(file)) {
      continue;
    }
    auto foreign = carbon::read_foreign_forecasts(
        file.string(), {.scope = series.scope, .zone = series.zone, .source = {}});
    if (!foreign) {
      return std::unexpected(doing("--external")(foreign.error()));
    }
    subject.foreign = *std::move(foreign);
  }
  const bool none =
      std::ranges::none_of(subjects, [](const auto& s) { return !s.foreign.empty(); });
  if (!settings.external.empty() && none) {
    return not_found(std::format("--external: {} has no file ZONE.csv for any of these zones",
                                 settings.external));
  }
  return subjects;
}

Result<Duration> issue_distance(const std::string& hour) {
  return hour == "all" ? Result<Duration>(std::chrono::hours{1}) : Result<Duration>(kDay);
}

// The hour of day of the first issue; --issue-hour all begins with the window.
Result<Duration> issue_offset(const std::string& hour) {
  if (hour == "all") {
    return Duration{0};
  }
  int value = -1;
  const auto [end, status] = std::from_chars(hour.data(), hour.data() + hour.size(), value);
  if (status != std::errc{} || end != hour.data() + hour.size() || value < 0 || value > 23) {
    return invalid(std::format("--issue-hour: '{}' is neither an hour 0 to 23 nor 'all'", hour));
  }
  return std::chrono::hours{value};
}

// By default the last half year of issues whose whole horizon is known.
Result<carbon::BacktestOptions> window_of(const CarbonSettings& settings,
                                          const std::vector<Subject>& subjects) {
  const auto offset = issue_offset(settings.issue_hour);
  const auto every = issue_distance(settings.issue_hour);
  if (!offset || !every) {
    return std::unexpected(!offset ? offset.error() : every.error());
  }
  const Duration ahead = std::chrono::hours{settings.hours};
  Instant last = subjects.front().actual.end();
  for (const auto& subject : subjects) {
    last = std::min(last, subject.actual.end());
  }
  const Instant to = std::chrono::floor<std::chrono::days>(last - ahead) + kDay;
  const auto time = [](const std::string& text, Instant otherwise, std::string_view option) {
    return text.empty() ? Result<Instant>(otherwise)
                        : parse_time(text).transform_error(doing(std::string(option)));
  };
  const auto end = time(settings.to, to, "--to");
  const auto begin = time(settings.from, end.value_or(to) - kDay * kDefaultIssues, "--from");
  if (!begin || !end) {
    return std::unexpected(!begin ? begin.error() : end.error());
  }
  const Duration step = subjects.front().actual.step;
  const Duration phase = begin->time_since_epoch() % kDay;
  const bool daily = *every == kDay;
  const Instant first = daily ? *begin + (*offset - phase + kDay) % kDay : *begin;
  return carbon::BacktestOptions{.from = first,
                                 .to = *end,
                                 .every = *every,
                                 .leads = static_cast<std::size_t>(ahead / step),
                                 .refit = std::chrono::hours{daily ? 24 : 168}};
}

// Zones are independent: each worker takes the next one.
Result<std::vector<carbon::ZoneScore>> run_all(const Job& job) {
  const auto& options = job.options;
  const std::int64_t issues =
      (options.to - options.from + options.every - Duration{1}) / options.every;
  ProgressBar bar("backtest", issues * static_cast<std::int64_t>(job.subjects.size()));
  std::vector<Result<carbon::ZoneScore>> scores(job.subjects.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < job.subjects.size(); i = next++) {
      const Subject& subject = job.subjects[i];
      scores[i] = carbon::backtest(subject.actual, job.models, subject.foreign, options,
                                   [&] { bar.step(); });
    }
  };
  std::vector<std::future<void>> workers;
  for (unsigned i = 0; i < std::max(std::thread::hardware_concurrency(), 1U); ++i) {
    workers.push_back(std::async(std::launch::async, work));
  }
  for (auto& worker : workers) {
    while (worker.wait_for(std::chrono::milliseconds{200}) != std::future_status::ready) {
      bar.draw();
    }
  }
  std::vector<carbon::ZoneScore> all;
  for (auto& score : scores) {
    if (!score) {
      return std::unexpected(score.error());
    }
    all.push_back(*std::move(score));
  }
  return all;
}

// A zone without one scored issue says nothing; all zones without is an error.
Result<> check_scored(const std::vector<carbon::ZoneScore>& zones) {
  const bool any = std::ranges::any_of(zones, [](const auto& zone) { return zone.issues > 0; });
  return any ? Result<>{}
             : not_found(std::format("not one issue could be scored; of zone {}: {}",
                                     zones.front().zone, zones.front().why_skipped));
}

Result<> write_report(const CarbonSettings& settings, const BacktestReport& report) {
  if (settings.report != "-") {
    std::print("{}", backtest_table(report));
    for (const auto& zone : report.zones) {
      if (zone.skipped > 0) {
        std::println("zone {}: {} issues left out for all models; the last one: {}", zone.zone,
                     zone.skipped, zone.why_skipped);
      }
    }
  }
  if (!settings.plot.empty()) {
    if (auto drawn = write_chart(backtest_chart(report), settings.plot); !drawn) {
      return drawn;
    }
  }
  if (settings.report.empty()) {
    return {};
  }
  const std::string text = to_json(report).dump(2) + "\n";
  if (settings.report == "-") {
    std::print("{}", text);
    return {};
  }
  return os::atomic_write(settings.report, text);
}

}  // namespace

Result<int> run_carbon_backtest(const CarbonSettings& settings) {
  if (!settings.plot.empty()) {
    if (const auto format = image_format(settings.plot); !format) {
      return std::unexpected(doing("--plot")(format.error()));
    }
  }
  auto models = choose_models(settings.models);
  auto subjects = models.and_then([&](const auto&) { return load_subjects(settings); });
  if (!subjects) {
    return std::unexpected(subjects.error());
  }
  const auto options = window_of(settings, *subjects);
  if (!options) {
    return std::unexpected(options.error());
  }
  const Job job = {
      .subjects = *std::move(subjects), .models = *std::move(models), .options = *options};
  return run_all(job).and_then([&](std::vector<carbon::ZoneScore> zones) {
    const Series& first = job.subjects.front().actual;
    BacktestReport report = {.options = job.options,
                             .quantity = carbon::describe_quantity(first),
                             .source = first.source,
                             .synthetic = carbon::is_synthetic(first.zone),
                             .zones = std::move(zones)};
    return check_scored(report.zones)
        .and_then([&] { return write_report(settings, report); })
        .transform([]() -> int { return kExitOk; });
  });
}

}  // namespace drover::cli
