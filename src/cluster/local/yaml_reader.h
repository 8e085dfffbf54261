// Reads a YAML document field by field and collects every problem with its place, so that a user
// can mend all at once. For the parsers of this folder and of cli's own files: nothing of yaml-cpp
// leaves them.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <format>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "base/result.h"

namespace drover::cluster::local {

inline constexpr std::size_t kMaxYamlBytes = 1 << 20;

class Problems {
 public:
  explicit Problems(std::filesystem::path file) : file_(std::move(file)) {}
  void add(int line, std::string_view field, std::string_view value, std::string_view advice);
  [[nodiscard]] bool empty() const { return found_.empty(); }
  [[nodiscard]] std::size_t count() const { return found_.size(); }
  [[nodiscard]] std::unexpected<Error> error() const;  // all of them, by line
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  struct Problem {
    int line;
    std::string text;
  };
  std::filesystem::path file_;
  std::vector<Problem> found_;
};

// One place of the document: a value, or its absence in a map that stands somewhere. Copies are
// cheap.
class Field {
 public:
  Field(Problems& problems, const YAML::Node& node, std::string path, int line);

  [[nodiscard]] bool present() const { return present_; }
  [[nodiscard]] int line() const { return line_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::filesystem::path& file() const { return problems_->file(); }
  [[nodiscard]] std::size_t problem_count() const { return problems_->count(); }
  [[nodiscard]] std::string value() const;  // for errors: short and printable

  // "file:line: path: 'value': advice". A parser goes on after it and finds the next one.
  void problem(std::string_view advice) const;

  // Every other key is a problem, and so is a key that stands twice. `why` explains a refused key
  // that is not a typing error.
  struct Refused {
    std::string_view key;
    std::string_view why;
  };
  void only(std::initializer_list<std::string_view> keys,
            std::span<const Refused> refused = {}) const;

  [[nodiscard]] Field at(std::string_view key) const;
  [[nodiscard]] bool has(
      std::string_view key) const;  // also when its value is empty, as in "emptyDir:"
  [[nodiscard]] Field need(std::string_view key,
                           std::string_view what) const;  // absent: a problem that says what to add
  [[nodiscard]] std::vector<Field> items() const;  // of a list; a problem when it is something else
  [[nodiscard]] std::vector<std::pair<std::string, Field>> entries()
      const;  // of a map with free keys

  // Each is empty when the field is absent or, after recording a problem, of another kind.
  [[nodiscard]] std::optional<std::string> text() const;
  // Text as Kubernetes wants it: an unquoted number or truth value is a problem, because it would
  // be refused there.
  [[nodiscard]] std::optional<std::string> string() const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::int64_t least, std::int64_t most) const;
  [[nodiscard]] std::optional<double> number(double least, double most) const;
  [[nodiscard]] std::optional<bool> boolean() const;

  // A text that `parser` understands; its error is the advice.
  template <class Parser>
  [[nodiscard]] auto parsed(Parser parser) const
      -> std::optional<typename std::invoke_result_t<Parser, std::string_view>::value_type> {
    const auto written = text();
    if (!written) {
      return std::nullopt;
    }
    auto result = parser(std::string_view{*written});
    if (!result) {
      problem(result.error().what);
      return std::nullopt;
    }
    return *std::move(result);
  }

  // A name that other parts are found by: a DNS label.
  [[nodiscard]] std::optional<std::string> label() const;
  // One of a closed set of words.
  [[nodiscard]] std::optional<std::string> one_of(
      std::initializer_list<std::string_view> words) const;

 private:
  [[nodiscard]] bool is_map() const;  // absent or a map; else records a problem

  Problems* problems_;
  YAML::Node node_;
  std::string path_;
  int line_;
  bool present_;
};

// Every document of the text; a text that is not YAML, too long or too deep is kInvalid with its
// place. Catches what yaml-cpp throws.
Result<std::vector<YAML::Node>> read_yaml(std::string_view text, const std::filesystem::path& file);

// The whole file, at most kMaxYamlBytes; errors name the file and what to do.
Result<std::string> read_text_file(const std::filesystem::path& file);

}  // namespace drover::cluster::local
