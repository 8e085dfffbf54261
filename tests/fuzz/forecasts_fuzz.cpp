// Foreign forecasts in both layouts: behind a header, as the kind of file is known.
#include <string>

#include "carbon/csv/import.h"
#include "promises.h"

namespace {

namespace carbon = drover::carbon;

void check(const std::string& text, bool skip_bad) {
  carbon::CsvOptions options;
  options.skip_bad = skip_bad;
  options.scope = carbon::Scope::kDirect;
  const auto content = carbon::parse_carbon_csv(text, "DE.csv", options);
  if (!content) {
    drover::fuzz::check_error(content.error(), "DE.csv");
    return;
  }
  drover::fuzz::check_all(content->series, content->forecasts);
  for (std::size_t i = 1; i < content->forecasts.size(); ++i) {
    drover::fuzz::promise(content->forecasts[i - 1].issued < content->forecasts[i].issued,
                          "issues are sorted and each is there once");
  }
}

// The hours of a block in front, which no mutation would write by chance.
std::string first_rows() {
  std::string rows;
  for (int hour = 0; hour < 95; ++hour) {
    rows += drover::format_time(drover::Instant{std::chrono::hours{456'000 + hour}}) + ",1\n";
  }
  return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string kFirst = first_rows();
  const std::string rows(drover::fuzz::text_of(data, size));
  if (size % 4 == 0) {
    check("Datetime (UTC),Carbon Intensity Forecast\n" + (size % 8 == 0 ? kFirst : "") + rows,
          size % 16 == 0);
  } else {
    check("issue_date_utc,h0,h1,h2\n" + rows, size % 4 == 1);
  }
  return 0;
}
