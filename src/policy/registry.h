// Every policy there is, in one table: the CLI's list, the config check and the docs read it too.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "policy/policy.h"

namespace drover::policy {

struct PolicyEntry {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<Policy> (*make)();
};

std::span<const PolicyEntry> policies();

// kNotFound with the nearest name when there is no such policy.
Result<std::unique_ptr<Policy>> make_policy(std::string_view name);

}  // namespace drover::policy
