// nftables through libnftables, in the calling thread's network namespace.
//
// What to wait for (Linux 6.18, two cores): adding tables, chains and rules takes 0.3-0.6 ms; what
// deletes anything or changes a chain's policy takes 10-20 ms, since the kernel waits for an RCU
// grace period. So a lock is best opened by inserting an accept rule, and deleted when nobody
// waits.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace drover::os {

// Runs the script as one transaction: all of it or nothing. The error carries nft's own text.
Result<> nft(std::string_view script);

// What a list command prints, e.g. nft_list("table inet drover_m-000007"); kNotFound when it does
// not exist.
Result<std::string> nft_list(std::string_view what);
Result<std::string> nft_list_json(std::string_view what);

bool nft_table_exists(std::string_view family, std::string_view name);

// Absent is success.
Result<> nft_delete_table(std::string_view family, std::string_view name);

}  // namespace drover::os
