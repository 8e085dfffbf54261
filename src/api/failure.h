// Why a request has no answer: an HTTP status, and what is wrong with which parameter.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace drover::api {

inline constexpr int kBadRequest = 400;
inline constexpr int kNotFound = 404;
inline constexpr int kConflict = 409;
inline constexpr int kInternalError = 500;
inline constexpr int kNotImplemented = 501;
inline constexpr int kUnavailable = 503;
inline constexpr int kTimeout = 504;

struct Failure {
  int status = kInternalError;
  std::string detail;
  std::map<std::string, std::vector<std::string>> errors;  // by the parameter's name

  friend bool operator==(const Failure&, const Failure&) = default;
};

template <class T>
using Answer = std::expected<T, Failure>;

// 400: what is wrong with the parameter, naming its value and what is allowed.
std::unexpected<Failure> bad_parameter(const std::string& name, const std::string& message);

// With the status that follows from the code.
Failure failure_of(const Error& error);

// The same, about a parameter, and with another status.
Failure failure_about(const std::string& name, int status, const Error& error);

// Of outside text, for an error: cut, in quotes.
std::string shown(std::string_view text);

}  // namespace drover::api
