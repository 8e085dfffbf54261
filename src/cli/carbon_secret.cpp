#include "cli/carbon_secret.h"

#include <algorithm>
#include <format>

#include "os/file.h"

namespace drover::cli {
namespace {

using cluster::local::Field;

constexpr Bytes kLongest = Bytes{16 << 10};

}  // namespace

void SecretReader::problem(const Field& field, std::string_view advice) const {
  problems.add(field.line(), field.path(), "", advice);
}

std::string SecretReader::checked(const Field& field, std::string text) const {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') {
    text.pop_back();
  }
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (text.empty()) {
    problem(field, "what it names is empty; put the secret there");
  } else if (!std::ranges::all_of(text, is_plain)) {
    problem(field, "what it names has more than one line, or is no plain text");
    text.clear();
  }
  return text;
}

std::string SecretReader::from_file(const Field& field) const {
  const auto name = field.text();
  if (!name) {
    return {};
  }
  const auto path = folder / *name;
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error || !std::filesystem::is_regular_file(status)) {
    problem(field, "names no file; give the path of a file that holds the secret and nothing else");
    return {};
  }
  constexpr auto kOthers = std::filesystem::perms::others_all;
  if ((status.permissions() & kOthers) != std::filesystem::perms::none) {
    problem(field, std::format("{} is open to every user of this machine; run: chmod o= {}",
                               path.string(), path.string()));
    return {};
  }
  auto text = os::read_file(path, kLongest);
  if (!text) {
    problem(field, text.error().what);
    return {};
  }
  return checked(field, *std::move(text));
}

std::string SecretReader::from_environment(const Field& field) const {
  const auto name = field.text();
  if (!name) {
    return {};
  }
  auto value = environment(*name);
  if (!value) {
    problem(field, "names an environment variable that is not set");
    return {};
  }
  return checked(field, *std::move(value));
}

std::string SecretReader::secret(const Field& map, const std::string& what, bool needed) const {
  const auto file = map.at(what + "_file");
  const auto variable = map.at(what + "_env");
  if (file.present() && variable.present()) {
    problem(variable, std::format("stands beside {}_file; keep one of them", what));
    return {};
  }
  if (file.present()) {
    return from_file(file);
  }
  if (variable.present()) {
    return from_environment(variable);
  }
  if (needed) {
    problem(file, std::format("is missing; add {}_file with the path of a file that holds it, or "
                              "{}_env with the name of an environment variable",
                              what, what));
  }
  return {};
}

std::string SecretReader::username(const Field& map) const {
  const auto name = map.at("username");
  const auto variable = map.at("username_env");
  if (name.present() && variable.present()) {
    problem(variable, "stands beside username; keep one of them");
    return {};
  }
  if (variable.present()) {
    return from_environment(variable);
  }
  if (!name.present()) {
    problem(name, "is missing; add username, or username_env with an environment variable");
  }
  return name.text().value_or("");
}

}  // namespace drover::cli
