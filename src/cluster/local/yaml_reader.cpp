#include "cluster/local/yaml_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include <yaml-cpp/eventhandler.h>

#include "base/text.h"
#include "cluster/local/names.h"

namespace drover::cluster::local {
namespace {

constexpr std::size_t kLongestShown = 60;

// What a terminal may show: no control characters, no endless line.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kLongestShown)) {
    shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return text.size() > kLongestShown ? shown + "…" : shown;
}

std::string join(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : std::format("{}.{}", path, key);
}

int line_of(const YAML::Node& node, int otherwise) {
  const auto mark = node.Mark();
  return mark.is_null() ? otherwise : mark.line + 1;
}

// "'x' and 'y' or 'z'" for people.
std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (const auto word : words) {
    text += (text.empty() ? "" : ", ") + std::string(word);
  }
  return text;
}

template <class Number>
std::optional<Number> whole(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

// What YAML 1.1, which Kubernetes reads, takes for a truth value.
bool is_truth(std::string_view text) {
  constexpr std::array<std::string_view, 10> kWords = {"true", "false", "yes",   "no", "on",
                                                       "off",  "True",  "False", "y",  "n"};
  return std::ranges::find(kWords, text) != kWords.end();
}

// Sees that a parse gets on: on a stray "]" or "}" yaml-cpp reports empty documents at the same
// place for ever, and YAML::LoadAll would take all memory.
class ProgressWatch final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    stuck_ = mark.pos == last_.pos && documents_++ > 0;
    last_ = mark;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {}
  void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                       YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {}
  void OnMapEnd() override {}

  [[nodiscard]] bool stuck() const { return stuck_; }
  [[nodiscard]] const YAML::Mark& last() const { return last_; }

 private:
  YAML::Mark last_;
  std::size_t documents_ = 0;
  bool stuck_ = false;
};

void check_progress(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  ProgressWatch watch;
  while (parser.HandleNextDocument(watch)) {
    if (watch.stuck()) {
      throw YAML::ParserException(watch.last(), "a ']', '}' or ',' that nothing opened");
    }
  }
}

}  // namespace

void Problems::add(int line, std::string_view field, std::string_view value,
                   std::string_view advice) {
  auto text = std::format("{}:{}: ", file_.string(), line);
  if (!field.empty()) {
    text += std::format("{}: ", printable(field));
  }
  if (!value.empty()) {
    text += std::format("{}: ", value);
  }
  found_.push_back({line, text + std::string(advice)});
}

std::unexpected<Error> Problems::error() const {
  auto sorted = found_;
  std::ranges::stable_sort(sorted, {}, &Problem::line);
  std::string text;
  for (const auto& problem : sorted) {
    text += (text.empty() ? "" : "\n") + problem.text;
  }
  return invalid(std::move(text));
}

Field::Field(Problems& problems, const YAML::Node& node, std::string path, int line)
    : problems_(&problems),
      node_(node),
      path_(std::move(path)),
      line_(line),
      present_(node_.IsDefined() && !node_.IsNull()) {
  line_ = node_.IsDefined() ? line_of(node_, line) : line;
}

std::string Field::value() const {
  if (!present_) {
    return "";
  }
  if (node_.IsScalar()) {
    return std::format("'{}'", printable(node_.Scalar()));
  }
  return node_.IsMap() ? "(a map)" : "(a list)";
}

void Field::problem(std::string_view advice) const {
  problems_->add(line_, path_, value(), advice);
}

bool Field::is_map() const {
  if (present_ && !node_.IsMap()) {
    problem("must be a map of keys and values");
    return false;
  }
  return present_;
}

void Field::only(std::initializer_list<std::string_view> keys,
                 std::span<const Refused> refused) const {
  if (!is_map()) {
    return;
  }
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const Field field(*problems_, entry.second, "", line_of(entry.first, line_));
    const auto key = entry.first.IsScalar() ? entry.first.Scalar() : std::string("(not a text)");
    const int line = line_of(entry.first, line_);
    const auto why = std::ranges::find(refused, key, &Refused::key);
    if (why != refused.end()) {
      problems_->add(line, join(path_, key), field.value(), why->why);
    } else if (std::ranges::find(keys, key) == keys.end()) {
      problems_->add(line, join(path_, key), field.value(),
                     "is not supported here" + suggest(key, std::span(keys.begin(), keys.size())));
    }
    if (!seen.insert(key).second) {
      problems_->add(line, join(path_, key), field.value(), "stands twice; keep one of them");
    }
  }
}

Field Field::at(std::string_view key) const {
  if (present_ && node_.IsMap()) {
    for (const auto& entry : node_) {
      if (entry.first.IsScalar() && entry.first.Scalar() == key) {
        return {*problems_, entry.second, join(path_, key), line_of(entry.first, line_)};
      }
    }
  }
  return {*problems_, YAML::Node(YAML::NodeType::Undefined), join(path_, key), line_};
}

bool Field::has(std::string_view key) const {
  const auto same = [&](const auto& entry) {
    return entry.first.IsScalar() && entry.first.Scalar() == key;
  };
  return present_ && node_.IsMap() && std::any_of(node_.begin(), node_.end(), same);
}

Field Field::need(std::string_view key, std::string_view what) const {
  auto field = at(key);
  if (!field.present()) {
    field.problem(std::format("is missing; add {}", what));
  }
  return field;
}

std::vector<Field> Field::items() const {
  std::vector<Field> fields;
  if (!present_) {
    return fields;
  }
  if (!node_.IsSequence()) {
    problem("must be a list");
    return fields;
  }
  for (std::size_t i = 0; i < node_.size(); ++i) {
    fields.emplace_back(*problems_, node_[i], std::format("{}[{}]", path_, i), line_);
  }
  return fields;
}

std::vector<std::pair<std::string, Field>> Field::entries() const {
  std::vector<std::pair<std::string, Field>> fields;
  if (!is_map()) {
    return fields;
  }
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const auto key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    const Field field(*problems_, entry.second, join(path_, key), line_of(entry.first, line_));
    if (key.empty() || !seen.insert(key).second) {
      field.problem("its key must be a text that stands once");
      continue;
    }
    fields.emplace_back(key, field);
  }
  return fields;
}

std::optional<std::string> Field::text() const {
  if (!present_) {
    return std::nullopt;
  }
  if (!node_.IsScalar()) {
    problem("must be a single value");
    return std::nullopt;
  }
  if (node_.Scalar().contains('\0')) {
    problem("must not hold a zero byte");
    return std::nullopt;
  }
  return node_.Scalar();
}

std::optional<std::string> Field::string() const {
  auto written = text();
  if (written && node_.Tag() != "!" && (whole<double>(*written) || is_truth(*written))) {
    problem(std::format("is a number or truth value here; write \"{}\", with quotes, for a text",
                        *written));
    return std::nullopt;
  }
  return written;
}

std::optional<std::int64_t> Field::integer(std::int64_t least, std::int64_t most) const {
  const auto written = text();
  if (!written) {
    return std::nullopt;
  }
  const auto value = whole<std::int64_t>(*written);
  if (!value || *value < least || *value > most) {
    problem(std::format("must be a whole number from {} to {}", least, most));
    return std::nullopt;
  }
  return value;
}

std::optional<double> Field::number(double least, double most) const {
  const auto written = text();
  if (!written) {
    return std::nullopt;
  }
  const auto value = whole<double>(*written);
  if (!value || !std::isfinite(*value) || *value < least || *value > most) {
    problem(std::format("must be a number from {} to {}", least, most));
    return std::nullopt;
  }
  return value;
}

std::optional<bool> Field::boolean() const {
  const auto written = text();
  if (!written) {
    return std::nullopt;
  }
  if (*written != "true" && *written != "false") {
    problem("must be true or false");
    return std::nullopt;
  }
  return *written == "true";
}

std::optional<std::string> Field::label() const {
  auto written = text();
  if (written && !is_dns_label(*written)) {
    problem(kNotADnsLabel);
    return std::nullopt;
  }
  return written;
}

std::optional<std::string> Field::one_of(std::initializer_list<std::string_view> words) const {
  auto written = text();
  if (written && std::ranges::find(words, *written) == words.end()) {
    problem(std::format("is not one of: {}", listed(std::span(words.begin(), words.size()))));
    return std::nullopt;
  }
  return written;
}

Result<std::vector<YAML::Node>> read_yaml(std::string_view text,
                                          const std::filesystem::path& file) {
  if (text.size() > kMaxYamlBytes) {
    return invalid(std::format("{}: is larger than {} bytes; that is not a file drover reads",
                               file.string(), kMaxYamlBytes));
  }
  try {
    const std::string document(text);
    check_progress(document);
    return YAML::LoadAll(document);
  } catch (const YAML::Exception& error) {
    return invalid(std::format("{}:{}: is not YAML: {} (column {})", file.string(),
                               error.mark.line + 1, error.msg, error.mark.column + 1));
  } catch (const std::exception& error) {
    return invalid(std::format("{}: is not YAML: {}", file.string(), error.what()));
  }
}

Result<std::string> read_text_file(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    return invalid(std::format("{}: is a directory; name a YAML file", file.string()));
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return not_found(std::format(
        "{}: cannot be opened; name an existing YAML file that you may read", file.string()));
  }
  std::string text(kMaxYamlBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

}  // namespace drover::cluster::local
