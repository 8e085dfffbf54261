#include "cli/hold_point.h"

#include <string>

#include "os/clock.h"
#include "os/file.h"
#include "os/log.h"

namespace drover::cli {
namespace {

constexpr Duration kLook = std::chrono::milliseconds(10);

bool wanted(const std::filesystem::path& file, std::string_view name) {
  if (!os::exists(file)) {
    return false;
  }
  auto text = os::read_file(file).value_or("");
  while (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  return text == name;
}

}  // namespace

void HoldPoint::reached(std::string_view name) const {
  const auto hold = dir_ / "test-hold";
  if (!wanted(hold, name)) {
    return;
  }
  os::log_warning("held at {} by {}", name, hold.string());
  (void)os::atomic_write(dir_ / "test-held", name);
  while (wanted(hold, name)) {
    os::pause_for(kLook);
  }
  (void)os::remove_tree(dir_ / "test-held");
}

}  // namespace drover::cli
