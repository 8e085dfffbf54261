// Shaping: the token bucket filter at a device's root.
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>

#include "os/netlink.h"
#include "os/netlink_message.h"

namespace drover::os {

namespace {

constexpr std::uint32_t kRootHandle = 0x10000;  // "1:"
constexpr double kBitsPerByte = 8;

tcmsg& put_header(NetlinkMessage& message, unsigned index) {
  auto& header = message.header<tcmsg>();
  header.tcm_family = AF_UNSPEC;
  header.tcm_ifindex = static_cast<int>(index);
  header.tcm_parent = TC_H_ROOT;
  return header;
}

std::uint32_t clamp_u32(std::int64_t value) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value, 0, kMost));
}

// With a known link layer and TCA_TBF_BURST in bytes the kernel computes all times itself;
// otherwise it wants a table of 256 transmission times in its own ticks.
void put_bucket(NetlinkMessage& message, const TokenBucket& bucket) {
  const auto bytes_per_second = std::llround(bucket.rate.bits_per_second() / kBitsPerByte);
  tc_tbf_qopt options{};
  options.rate.rate = clamp_u32(bytes_per_second);
  options.rate.linklayer = TC_LINKLAYER_ETHERNET;
  options.limit = clamp_u32(bucket.limit.count());
  message.nest(TCA_OPTIONS, [&] {
    message.put(TCA_TBF_PARMS, &options, sizeof options);
    message.put_u32(TCA_TBF_BURST, clamp_u32(bucket.burst.count()));
    message.put_u64(TCA_TBF_RATE64, static_cast<std::uint64_t>(bytes_per_second));
  });
}

}  // namespace

Result<> set_token_bucket(const std::string& device, const TokenBucket& bucket) {
  const auto context = doing(std::format("limiting {} to {}", device, bucket.rate));
  if (bucket.rate.bits_per_second() < kBitsPerByte || bucket.burst <= Bytes{0} ||
      bucket.limit <= Bytes{0}) {
    return std::unexpected(
        context(Error{.code = Code::kInvalid, .what = "rate, burst and limit must be above 0"}));
  }
  return device_index(device)
      .and_then([&](unsigned index) {
        NetlinkMessage message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE);
        put_header(message, index).tcm_handle = kRootHandle;
        message.put_text(TCA_KIND, "tbf");
        put_bucket(message, bucket);
        return message.exchange();
      })
      .transform_error(context);
}

// A device always has some queueing; deleting the kernel's own answers "not found" or "invalid".
Result<> clear_queueing(const std::string& device) {
  return device_index(device)
      .and_then([&](unsigned index) -> Result<> {
        NetlinkMessage message(RTM_DELQDISC, 0);
        put_header(message, index);
        auto done = message.exchange();
        if (!done &&
            (done.error().code == Code::kNotFound || done.error().code == Code::kInvalid)) {
          return {};
        }
        return done;
      })
      .transform_error(doing("clearing the queueing of " + device));
}

}  // namespace drover::os
