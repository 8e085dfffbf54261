// The verbs that drover changes. All others go to runc untouched.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "oci/environment.h"
#include "oci/invocation.h"

namespace drover::oci {

// Returns the exit code, or nothing when the call is not drover's business and goes to runc as it
// is.
using Handler = std::optional<int> (*)(const Invocation& call, const Environment& environment);

struct Verb {
  std::string_view name;
  std::string_view summary;
  Handler handle;
};

std::span<const Verb> verbs();

std::optional<int> create(const Invocation& call, const Environment& environment);
std::optional<int> start(const Invocation& call, const Environment& environment);
std::optional<int> hook(const Invocation& call, const Environment& environment);

// Replaces this process by runc, with the same arguments, environment and descriptors. Returns only
// on failure.
int pass_through(const Invocation& call, const Environment& environment);

// Prints the error and adds it to the runtime's log as runc does, for containerd and the shim read
// it there. Returns 1.
int report(const Invocation& call, const std::string& error);

}  // namespace drover::oci
