// What was read and is written as drover's own CSV is read back the same. Inputs are rows of the
// own format behind its header, or any file of the other ones.
#include <algorithm>
#include <string>
#include <tuple>

#include "carbon/csv/import.h"
#include "carbon/csv/own.h"
#include "promises.h"

namespace {

namespace carbon = drover::carbon;
using drover::fuzz::promise;

auto quantity_of(const carbon::Series& series) {
  return std::tie(series.zone, series.scope, series.kind, series.basis, series.source);
}

// More slots show nothing new, and writing years of gaps would take most of a run's time.
constexpr std::size_t kLongest = 500;

// Of one step and long enough to show it, as the format writes no step.
std::vector<carbon::Series> writable(std::vector<carbon::Series> all) {
  std::erase_if(all, [](const carbon::Series& series) {
    return series.values.size() < 2 || series.values.size() > kLongest || series.source != "csv";
  });
  std::ranges::sort(all, {}, quantity_of);
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string rows(drover::fuzz::text_of(data, size));
  const std::string text = "start,zone,ci,kind,scope,basis,estimated,imputed,source\n" + rows;
  const auto content = carbon::parse_carbon_csv(text, "own.csv", {});
  if (!content) {
    drover::fuzz::check_error(content.error(), "own.csv");
    return 0;
  }
  drover::fuzz::check_all(content->series, content->forecasts);
  const auto written = writable(content->series);
  if (written.empty()) {
    return 0;
  }
  const auto again = carbon::parse_carbon_csv(carbon::to_csv(written), "own.csv", {});
  promise(again.has_value(), "what is written can be read");
  promise(again->series.size() == written.size(), "no series gets lost");
  for (std::size_t i = 0; i < written.size(); ++i) {
    const carbon::Series& a = written[i];
    const carbon::Series& b = again->series[i];
    promise(quantity_of(a) == quantity_of(b) && a.start == b.start && a.step == b.step &&
                a.values == b.values && a.estimated == b.estimated,
            "what is read back is what was written");
  }
  return 0;
}
