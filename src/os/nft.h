// nftables through libnftables, in the calling thread's network namespace.
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
