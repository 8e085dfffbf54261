// The one entry to all formats.
#include "carbon/files/files.h"
#include "promises.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace carbon = drover::carbon;
  const auto text = drover::fuzz::text_of(data, size);
  carbon::FileOptions options;
  options.skip_bad = size % 2 == 0;
  if (size % 4 < 2) {
    options.scope = carbon::Scope::kDirect;
    options.issued = drover::Instant{std::chrono::hours{456'000}};
  }
  if (size % 5 == 0) {
    options.step = std::chrono::hours{1};
  }
  const auto content = carbon::parse_carbon_file(text, "direct_x", options);
  if (content) {
    drover::fuzz::check_all(content->series, content->forecasts);
    drover::fuzz::promise(!content->format.empty(), "what is accepted has a format");
  } else {
    drover::fuzz::check_error(content.error(), "direct_x");
  }
  return 0;
}
