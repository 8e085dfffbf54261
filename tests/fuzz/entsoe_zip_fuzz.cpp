// Every input is taken for a zip file, so that no run is spent on anything else.
#include <string>

#include "carbon/wire/entsoe.h"
#include "carbon/wire/unzip.h"
#include "promises.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(drover::fuzz::text_of(data, size));
  bytes.replace(0, 4, "PK\x03\x04");
  drover::fuzz::check_answer(
      drover::carbon::wire::parse_entsoe(bytes, drover::fuzz::wire_options(bytes)), "doc");
  return 0;
}
