// The parameters of a request's query, read as what they must be.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/failure.h"
#include "base/time.h"

namespace drover::api {

struct Range {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

class Parameters {
 public:
  enum class Names {
    kExact,
    kAnyCase,  // as ASP.NET, on which the Carbon Aware SDK is built, reads them
  };
  explicit Parameters(const std::multimap<std::string, std::string>& query,
                      Names names = Names::kExact);

  // Fails on a parameter that is not listed, naming the nearest one.
  [[nodiscard]] Answer<void> check(const std::vector<std::string_view>& known) const;

  // Absent when it is not given or empty; fails when it is given twice.
  [[nodiscard]] Answer<std::optional<std::string>> text(std::string_view name) const;
  [[nodiscard]] Answer<std::optional<Instant>> time(std::string_view name) const;
  [[nodiscard]] Answer<std::optional<std::int64_t>> whole(std::string_view name,
                                                          const Range& range) const;
  // Of an enumeration, by its parse function.
  template <class T>
  [[nodiscard]] Answer<std::optional<T>> one_of(std::string_view name,
                                                Result<T> (*parse)(std::string_view)) const;
  // Every value of every one of these names, name by name.
  [[nodiscard]] std::vector<std::string> all(const std::vector<std::string_view>& names) const;

 private:
  [[nodiscard]] std::string key(std::string_view name) const;

  Names names_;
  std::multimap<std::string, std::string> values_;
};

template <class T>
Answer<std::optional<T>> Parameters::one_of(std::string_view name,
                                            Result<T> (*parse)(std::string_view)) const {
  return text(name).and_then(
      [&](const std::optional<std::string>& given) -> Answer<std::optional<T>> {
        if (!given) {
          return std::nullopt;
        }
        return parse(*given)
            .transform([](T value) { return std::optional<T>(value); })
            .transform_error([&](const Error& error) {
              return failure_about(std::string(name), kBadRequest, error);
            });
      });
}

// A time as a parameter or a member of a body gives it.
Answer<Instant> read_time(const std::string& name, const std::string& text);

}  // namespace drover::api
