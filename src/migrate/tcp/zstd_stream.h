// zstd over chunks of a stream: frames of at most 256 KiB of data, each with its checksum, so that
// a flipped bit is found before CRIU sees it. A stream that is cut between two frames looks whole
// here; whoever reads it must know its end.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace drover::migrate {

// Compresses what it is given and passes on a frame at a time: so give it much at once.
class ZstdWriter {
 public:
  using Sink = std::function<bool(std::string)>;
  explicit ZstdWriter(Sink sink);
  ~ZstdWriter();
  ZstdWriter(const ZstdWriter&) = delete;
  ZstdWriter& operator=(const ZstdWriter&) = delete;

  Result<> write(std::string_view data);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };

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

  // The next chunk; empty at the end. kUnavailable when the stream is cut within a frame, kInvalid
  // when it is damaged.
  Result<std::string> read();

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  Result<bool> refill();  // false at the end

  Source source_;
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  std::string input_;
  std::size_t used_ = 0;
  bool inside_frame_ = false;
};

}  // namespace drover::migrate
