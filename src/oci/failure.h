// What is left to do and to say when CRIU could not restore.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace drover::oci {

// The lines of CRIU's log that are errors, without the one that is harmless; says where the log is
// when there are none.
std::string explain_failure(const std::filesystem::path& log, int exit_code);
std::string error_lines(std::string_view log);

// CRIU's own packet lock can stay behind when CRIU dies; a later restore in this namespace would
// then fail.
void remove_criu_tables(const std::filesystem::path& netns);

}  // namespace drover::oci
