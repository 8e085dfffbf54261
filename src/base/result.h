// Errors are values. Every fallible function returns Result<T>; exceptions stop in the adapter that
// met them.
//
//   return store.read(zone).and_then(check_step).transform_error(doing("loading carbon series"));
//
// A fallback is an or_else that says so (a flag on the value, a counter), never silence.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace drover {

// What a caller can act on; the text says the rest (place, value, way out).
enum class Code {
  kInvalid,      // the input is wrong; repeating it does not help
  kNotFound,     // the named thing does not exist
  kUnavailable,  // a peer, program or kernel feature cannot be reached or refused; may help to
                 // retry
  kConflict,     // the state of the world forbids it now (exists already, wrong phase, stale epoch)
  kTimeout,      // gave up waiting
  kInternal,     // our own defect
};

std::string_view to_string(Code code);

struct Error {
  Code code = Code::kInternal;
  std::string what;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> invalid(std::string what) {
  return std::unexpected(Error{Code::kInvalid, std::move(what)});
}
inline std::unexpected<Error> not_found(std::string what) {
  return std::unexpected(Error{Code::kNotFound, std::move(what)});
}
inline std::unexpected<Error> unavailable(std::string what) {
  return std::unexpected(Error{Code::kUnavailable, std::move(what)});
}
inline std::unexpected<Error> conflict(std::string what) {
  return std::unexpected(Error{Code::kConflict, std::move(what)});
}
inline std::unexpected<Error> timed_out(std::string what) {
  return std::unexpected(Error{Code::kTimeout, std::move(what)});
}
inline std::unexpected<Error> internal(std::string what) {
  return std::unexpected(Error{Code::kInternal, std::move(what)});
}

// Adds what the caller was doing, outermost first: "loading zone DE: opening a.csv: no such file".
inline auto doing(std::string context) {
  return [context = std::move(context)](Error error) {
    error.what = context + ": " + error.what;
    return error;
  };
}

}  // namespace drover
