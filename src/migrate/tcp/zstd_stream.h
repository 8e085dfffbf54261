// zstd over chunks of a stream: one frame with its checksum, so that a flipped bit is found before
// CRIU sees it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace drover::migrate {

// Compresses what it is given and passes chunks on.
class ZstdWriter {
 public:
  using Sink = std::function<bool(std::string)>;
  explicit ZstdWriter(Sink sink);
  ~ZstdWriter();
  ZstdWriter(const ZstdWriter&) = delete;
  ZstdWriter& operator=(const ZstdWriter&) = delete;

  Result<> write(std::string_view data);
  // Ends the frame and writes its checksum. No write() after it.
  Result<> finish();

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  Result<> push(std::string_view data, bool last);

  Sink sink_;
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
};

// Gives decompressed chunks out of compressed ones.
class ZstdReader {
 public:
  using Source = std::function<Result<std::string>()>;  // the next chunk; empty at the end
  explicit ZstdReader(Source source);
  ~ZstdReader();
  ZstdReader(const ZstdReader&) = delete;
  ZstdReader& operator=(const ZstdReader&) = delete;

  // The next chunk; empty once the frame has ended with the right checksum. kUnavailable when the
  // stream is cut, kInvalid when it is damaged or goes on behind the frame.
  Result<std::string> read();

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  Result<> refill();
  Result<std::string> end();

  Source source_;
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  std::string input_;
  std::size_t used_ = 0;
  bool ended_ = false;
};

}  // namespace drover::migrate
