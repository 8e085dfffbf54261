#include "cli/bench_report.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <functional>

#include <nlohmann/json.hpp>

#include "cli/demo_timeline.h"

namespace drover::cli {
namespace {

using nlohmann::json;

Spread spread_over(const BenchCase& one, const std::function<double(const BenchRun&)>& value) {
  std::vector<double> values;
  std::ranges::transform(one.runs, std::back_inserter(values), value);
  return spread_of(std::move(values));
}

double stall_of(const BenchRun& run) { return run.stall_ms; }
double mebibytes_of(const BenchRun& run) { return Bytes{run.bytes}.mebibytes(); }

// In the order in which they first appear.
std::vector<std::string> phases_of(const BenchCase& one) {
  std::vector<std::string> names;
  for (const auto& run : one.runs) {
    for (const auto& phase : run.phases) {
      if (!std::ranges::contains(names, phase.name)) {
        names.push_back(phase.name);
      }
    }
  }
  return names;
}

double phase_ms(const BenchRun& run, std::string_view name) {
  double sum = 0;
  for (const auto& phase : run.phases) {
    sum += phase.name == name ? (phase.end_s - phase.start_s) * 1000 : 0;
  }
  return sum;
}

std::int64_t sum_over(const BenchCase& one, std::int64_t BenchRun::* field) {
  std::int64_t sum = 0;
  for (const auto& run : one.runs) {
    sum += run.*field;
  }
  return sum;
}

// To the microsecond: sums of rounded seconds carry digits that mean nothing.
double rounded(double value) { return std::round(value * 1000) / 1000; }

json to_json(const Spread& spread) {
  return {{"median", rounded(spread.median)},
          {"min", rounded(spread.least)},
          {"max", rounded(spread.most)}};
}

json to_json(const BenchCase& one) {
  json phases = json::array();
  for (const auto& name : phases_of(one)) {
    auto phase =
        to_json(spread_over(one, [&](const BenchRun& run) { return phase_ms(run, name); }));
    phase["name"] = name;
    phases.push_back(std::move(phase));
  }
  return {{"method", one.method},
          {"memory_mib", one.memory_mib},
          {"runs", one.runs.size()},
          {"total_ms", to_json(spread_over(one, total_ms))},
          {"frozen_ms", to_json(spread_over(one, frozen_ms))},
          {"stall_ms", to_json(spread_over(one, stall_of))},
          {"sent_mib", to_json(spread_over(one, mebibytes_of))},
          {"errors", sum_over(one, &BenchRun::errors)},
          {"reconnects", sum_over(one, &BenchRun::reconnects)},
          {"phases_ms", std::move(phases)}};
}

const BenchCase* find_case(const BenchReport& report, std::string_view method, double memory_mib) {
  const auto found = std::ranges::find_if(report.cases, [&](const BenchCase& one) {
    return one.method == method && one.memory_mib == memory_mib;
  });
  return found == report.cases.end() || found->runs.empty() ? nullptr : &*found;
}

struct Ratio {
  double memory_mib = 0;
  double stall = 0;
  double total = 0;
};

// drover over the baseline, by medians: below 1 is better.
std::vector<Ratio> ratios_of(const BenchReport& report) {
  std::vector<Ratio> ratios;
  for (const auto& own : report.cases) {
    const auto* base = find_case(report, kByHandMethod, own.memory_mib);
    if (own.method != kDroverMethod || own.runs.empty() || base == nullptr) {
      continue;
    }
    const auto ratio = [&](const std::function<double(const BenchRun&)>& value) {
      const auto below = spread_over(*base, value).median;
      return below > 0 ? spread_over(own, value).median / below : 0;
    };
    ratios.push_back(
        {.memory_mib = own.memory_mib, .stall = ratio(stall_of), .total = ratio(total_ms)});
  }
  return ratios;
}

std::string cell(const Spread& spread) {
  return std::format("{:>6.0f} ({:.0f}–{:.0f})", spread.median, spread.least, spread.most);
}

std::string case_line(const BenchCase& one) {
  return std::format(
      "{:>5.0f} MiB  {:<13} {} {} {} {:>8.1f}  {:>6} {:>10}\n", one.memory_mib, one.method,
      padded(cell(spread_over(one, stall_of)), 19), padded(cell(spread_over(one, frozen_ms)), 19),
      padded(cell(spread_over(one, total_ms)), 19), spread_over(one, mebibytes_of).median,
      sum_over(one, &BenchRun::errors), sum_over(one, &BenchRun::reconnects));
}

std::string phase_line(const BenchCase& one) {
  std::string text = std::format("{:>5.0f} MiB  {:<13}", one.memory_mib, one.method);
  for (const auto& name : phases_of(one)) {
    text += std::format(" {} {:.0f}", name, spread_over(one, [&](const BenchRun& run) {
                                              return phase_ms(run, name);
                                            }).median);
  }
  return text + "\n";
}

}  // namespace

Spread spread_of(std::vector<double> values) {
  if (values.empty()) {
    return {};
  }
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  const auto median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {.median = median, .least = values.front(), .most = values.back()};
}

double total_ms(const BenchRun& run) {
  double end = 0;
  for (const auto& phase : run.phases) {
    end = std::max(end, phase.end_s);
  }
  return end * 1000;
}

double frozen_ms(const BenchRun& run) { return standstill_s(run.phases).value_or(0) * 1000; }

json to_json(const BenchReport& report) {
  json cases = json::array();
  for (const auto& one : report.cases) {
    cases.push_back(to_json(one));
  }
  json ratios = json::array();
  for (const auto& ratio : ratios_of(report)) {
    ratios.push_back({{"memory_mib", ratio.memory_mib},
                      {"stall", rounded(ratio.stall)},
                      {"total", rounded(ratio.total)}});
  }
  const auto& machine = report.machine;
  return {{"machine",
           {{"kernel", machine.kernel},
            {"cores", machine.cores},
            {"criu", machine.criu},
            {"runc", machine.runc}}},
          {"cases", std::move(cases)},
          {"drover_over_by_hand", std::move(ratios)}};
}

std::string to_text(const BenchReport& report) {
  const auto& machine = report.machine;
  auto text = std::format("Linux {}, {} cores, CRIU {}, runc {}\n\n", machine.kernel, machine.cores,
                          machine.criu, machine.runc);
  text +=
      "Milliseconds: median (least–most). The stall is the longest silence that a client "
      "measured.\n";
  text += std::format("   memory  {:<13} {:>6}{:<13} {:>6}{:<13} {:>6}{:<13} {:>8}  {:>6} {:>10}\n",
                      "method", "stall", "", "frozen", "", "total", "", "sent MiB", "errors",
                      "reconnects");
  for (const auto& one : report.cases) {
    text += case_line(one);
  }
  text += "\nMedian of each phase in milliseconds\n";
  for (const auto& one : report.cases) {
    text += phase_line(one);
  }
  for (const auto& ratio : ratios_of(report)) {
    text += std::format(
        "\n{:>5.0f} MiB  drover's stall is {:.2f} of the one by hand, its total time {:.2f}",
        ratio.memory_mib, ratio.stall, ratio.total);
  }
  return text + "\n";
}

}  // namespace drover::cli
