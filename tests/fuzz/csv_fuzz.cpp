// All kinds of CSV, with and without leaving bad lines out. With DROVER_PLANTED_FAULT it is the
// canary: it reads behind the end of some series, which must be found in seconds.
#include "carbon/csv/import.h"
#include "promises.h"

namespace {

using drover::fuzz::promise;
namespace carbon = drover::carbon;

carbon::CsvOptions options_of(std::string_view text) {
  carbon::CsvOptions options;
  if (text.size() % 4 == 1) {
    options.zone = drover::ZoneId{"DE"};
  }
  options.prefer_last = text.size() % 4 == 2;
  if (text.size() % 4 == 3) {
    options.scope = carbon::Scope::kLifecycle;
  }
  return options;
}

#ifdef DROVER_PLANTED_FAULT
void planted_fault(const carbon::CsvContent& content) {
  for (const carbon::Series& series : content.series) {
    if (series.values.size() > 2 && !series.values.back()) {
      volatile bool behind = (series.values.data() + series.values.capacity())->has_value();
      (void)behind;
    }
  }
}
#endif

void check(const drover::Result<carbon::CsvContent>& content) {
  if (!content) {
    drover::fuzz::check_error(content.error(), "direct_x.csv");
    return;
  }
  drover::fuzz::check_all(content->series, content->forecasts);
  promise(content->skipped_lines.size() <= carbon::kMaxListed, "the list of bad lines is short");
#ifdef DROVER_PLANTED_FAULT
  planted_fault(*content);
#endif
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = drover::fuzz::text_of(data, size);
  carbon::CsvOptions options = options_of(text);
  const auto strict = carbon::parse_carbon_csv(text, "direct_x.csv", options);
  check(strict);
  if (!strict && size % 2 == 0) {
    return 0;
  }
  options.skip_bad = true;
  const auto lenient = carbon::parse_carbon_csv(text, "direct_x.csv", options);
  check(lenient);
  if (strict) {
    promise(lenient && lenient->skipped == 0, "a good file has no bad line");
    promise(lenient->series.size() == strict->series.size(), "leaving out nothing changes nothing");
    for (std::size_t i = 0; i < strict->series.size(); ++i) {
      promise(lenient->series[i].values == strict->series[i].values,
              "leaving out nothing changes no value");
    }
  }
  return 0;
}
