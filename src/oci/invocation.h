// A command line of the OCI runtime, read as far as drover needs it and never changed.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drover::oci {

// Flags as runc's parser takes them: "-name", "--name", "--name=value", "--name value"; they end at
// "--" or at the first argument that is none.
struct Flags {
  std::map<std::string, std::string> values;  // a flag without value has ""
  std::size_t count = 0;                      // arguments read, "--" included

  [[nodiscard]] bool has(const std::string& name) const { return values.contains(name); }
  [[nodiscard]] std::string get(const std::string& name, std::string_view fallback = "") const;
};

// `with_value` names the flags that take the next argument as their value. An unknown flag is taken
// as one without.
Flags read_flags(std::span<const std::string> arguments,
                 std::initializer_list<std::string_view> with_value);

struct Invocation {
  std::vector<std::string> argv;       // all of it, argv[0] too
  std::vector<std::string> global;     // the flags before the verb, as given
  std::string verb;                    // empty: none
  std::vector<std::string> arguments;  // what follows the verb
  std::filesystem::path root;          // --root
  std::filesystem::path log;           // --log, empty: none
  bool json_log = false;               // --log-format json
};

Invocation read_invocation(std::vector<std::string> argv);

}  // namespace drover::oci
