// The importer meets arbitrary bytes: it never crashes, and what it accepts keeps its promises.
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carbon/csv/import.h"

namespace drover::carbon {
namespace {

const std::string kSeeds[] = {
    "datetime_utc,DE,FR\n2021-01-01T00Z,300.5,\n2021-01-01T01Z,0,50\n2021-01-01T02Z,NaN,null\n",
    "\xEF\xBB\xBF\"datetime_utc\",\"DE\"\r\n2021-01-01T00:00Z,\"1.25\"\r\n2021-01-01T00:15Z,"
    "2\r\n\r\n",
    "Datetime (UTC),Zone Id,Carbon Intensity gCO₂eq/kWh (direct),Carbon Intensity gCO₂eq/kWh "
    "(LCA),Data Estimated\n"
    "2021-01-01 00:00:00,AT,273.02,326.98,False\n2021-01-01 01:00:00,AT,,,True\n2021-01-01 "
    "00:00:00,DE,1,2,\n",
    "datetime,timestamp,carbon_intensity_avg,carbon_intensity_direct_avg,source\n"
    "2021-01-01 00:00:00+00:00,1609459200,326.98,273.02,AT\n2021-01-01 "
    "01:00:00+00:00,1609462800,1,2,AT\n",
};

// Bytes that mean something to the parser come up more often than others.
char any_byte() {
  constexpr std::string_view kSpecial = "\",\r\n0123456789-+:.eEZT \xEF\xBB\xBF";
  return *rc::gen::oneOf(rc::gen::elementOf(std::string(kSpecial)), rc::gen::arbitrary<char>());
}

void mutate(std::string& text) {
  const auto size = text.size();
  const auto at = *rc::gen::inRange<std::size_t>(0, size + 1);
  const auto length = *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(size - at, 40) + 1);
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      text.insert(at, 1, any_byte());
      break;
    case 1:
      text.erase(at, length);
      break;
    case 2:
      text.insert(*rc::gen::inRange<std::size_t>(0, size + 1), text.substr(at, length));
      break;
    case 3:
      text.resize(at);
      break;
    default:
      if (at < size) {
        text[at] = any_byte();
      }
  }
}

void check_promises(const CsvContent& content) {
  RC_ASSERT(!content.series.empty());
  for (std::size_t i = 0; i < content.series.size(); ++i) {
    const Series& series = content.series[i];
    RC_ASSERT(!series.zone.empty() && !series.values.empty() && !series.source.empty());
    RC_ASSERT(series.step >= std::chrono::minutes{1});
    RC_ASSERT(series.values.size() <= static_cast<std::size_t>(kMaxSlots));
    if (i > 0) {
      const Series& before = content.series[i - 1];
      RC_ASSERT(std::pair(before.zone, before.scope) < std::pair(series.zone, series.scope));
    }
    for (const auto& value : series.values) {
      const double grams = value.value_or(Intensity{}).grams_per_kwh();
      RC_ASSERT(grams >= 0 && grams <= 2000);
    }
  }
}

void check_one_mutation() {
  std::string text =
      *rc::gen::elementOf(std::vector<std::string>(std::begin(kSeeds), std::end(kSeeds)));
  const auto count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) {
    mutate(text);
  }
  CsvOptions options;
  options.scope = *rc::gen::element(std::optional(Scope::kDirect), std::optional<Scope>{});
  options.zone = *rc::gen::element(std::optional<ZoneId>{}, std::optional(ZoneId{"AT"}));
  options.prefer_last = *rc::gen::arbitrary<bool>();
  const auto content = parse_carbon_csv(text, "direct_x.csv", options);
  if (content) {
    check_promises(*content);
  } else {
    RC_ASSERT(content.error().what.starts_with("direct_x.csv"));
  }
}

RC_GTEST_PROP(CsvMutation, NoBytesCrashTheImporter, ()) {
  constexpr int kMutationsPerRun = 100;  // one takes microseconds
  for (int i = 0; i < kMutationsPerRun; ++i) {
    check_one_mutation();
  }
}

RC_GTEST_PROP(CsvMutation, NoiseIsRefused, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  RC_ASSERT(!parse_carbon_csv(text, "noise.csv", {}));
}

}  // namespace
}  // namespace drover::carbon
