// Secrets of a configuration: from a file that only its owner can read, or from the environment.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "cluster/local/yaml_reader.h"

namespace drover::cli {

struct SecretReader {
  cluster::local::Problems& problems;
  std::filesystem::path folder;  // of relative paths
  const std::function<std::optional<std::string>(const std::string&)>& environment;

  // WHAT_file or WHAT_env of `map`, exactly one of them; none too unless `needed`. Empty after a
  // problem, which never shows a value: it may be a secret that somebody took for a file's name.
  [[nodiscard]] std::string secret(const cluster::local::Field& map, const std::string& what,
                                   bool needed) const;

  // username or username_env: a name is no secret.
  [[nodiscard]] std::string username(const cluster::local::Field& map) const;

 private:
  [[nodiscard]] std::string from_file(const cluster::local::Field& field) const;
  [[nodiscard]] std::string from_environment(const cluster::local::Field& field) const;
  [[nodiscard]] std::string checked(const cluster::local::Field& field, std::string text) const;
  void problem(const cluster::local::Field& field, std::string_view advice) const;
};

}  // namespace drover::cli
