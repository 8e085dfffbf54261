#include "oci/wait.h"

#include <format>

#include "os/clock.h"
#include "os/file.h"

namespace drover::oci {
namespace {

constexpr Duration kLook = std::chrono::milliseconds(2);

}  // namespace

Result<> wait_for(const std::filesystem::path& yes, const std::filesystem::path& no,
                  std::chrono::seconds limit) {
  const os::Stopwatch watch;
  while (true) {
    if (os::exists(no)) return conflict("the migration was aborted");
    if (os::exists(yes)) return {};
    if (watch.elapsed() > limit) {
      return timed_out(std::format("nothing was heard of the migration for {} s (waited for {})",
                                   limit.count(), yes.string()));
    }
    os::pause_for(kLook);
  }
}

}  // namespace drover::oci
