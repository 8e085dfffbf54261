#include "migrate/tcp/zstd_stream.h"

#include <format>
#include <utility>

#include <zstd.h>

namespace drover::migrate {
namespace {

// Images are copied once and thrown away: time counts, not size.
constexpr int kLevel = 1;
constexpr std::size_t kChunk = 256UL << 10;

// A chunk whose bytes are written before they are read: zeroing them would cost as much as copying
// them.
template <class Fill>
std::string filled_chunk(Fill fill) {
  std::string chunk;
  chunk.resize_and_overwrite(kChunk,
                             [&](char* data, std::size_t size) { return fill(data, size); });
  return chunk;
}

}  // namespace

void ZstdWriter::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }
void ZstdReader::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

ZstdWriter::ZstdWriter(Sink sink) : sink_(std::move(sink)), context_(ZSTD_createCCtx()) {
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
}
ZstdWriter::~ZstdWriter() = default;

Result<> ZstdWriter::write(std::string_view data) { return push(data, false); }
Result<> ZstdWriter::finish() { return push({}, true); }

Result<> ZstdWriter::push(std::string_view data, bool last) {
  ZSTD_inBuffer input{data.data(), data.size(), 0};
  while (true) {
    std::size_t left = 0;
    auto chunk = filled_chunk([&](char* to, std::size_t size) {
      ZSTD_outBuffer output{to, size, 0};
      left = ZSTD_compressStream2(context_.get(), &output, &input,
                                  last ? ZSTD_e_end : ZSTD_e_continue);
      return output.pos;
    });
    if (ZSTD_isError(left) != 0) {
      return internal(std::format("compressing: {}", ZSTD_getErrorName(left)));
    }
    if (!chunk.empty() && !sink_(std::move(chunk))) {
      return unavailable("the reader of the stream has gone");
    }
    if (last ? left == 0 : input.pos == input.size) {
      return {};
    }
  }
}

ZstdReader::ZstdReader(Source source) : source_(std::move(source)), context_(ZSTD_createDCtx()) {}
ZstdReader::~ZstdReader() = default;

Result<> ZstdReader::refill() {
  return source_().and_then([&](std::string chunk) -> Result<> {
    if (chunk.empty()) {
      return unavailable("the stream was cut off");
    }
    input_ = std::move(chunk);
    used_ = 0;
    return {};
  });
}

Result<std::string> ZstdReader::read() {
  while (!ended_) {
    if (used_ == input_.size()) {
      if (auto filled = refill(); !filled) {
        return std::unexpected(filled.error());
      }
    }
    std::size_t left = 0;
    auto chunk = filled_chunk([&](char* to, std::size_t size) {
      ZSTD_inBuffer input{input_.data(), input_.size(), used_};
      ZSTD_outBuffer output{to, size, 0};
      left = ZSTD_decompressStream(context_.get(), &output, &input);
      used_ = input.pos;
      return output.pos;
    });
    if (ZSTD_isError(left) != 0) {
      return invalid(std::format("the stream is damaged: {}", ZSTD_getErrorName(left)));
    }
    ended_ = left == 0;
    if (!chunk.empty()) {
      return chunk;
    }
  }
  return end();
}

// Nothing may follow the frame.
Result<std::string> ZstdReader::end() {
  if (used_ != input_.size()) {
    return invalid("the stream goes on behind its end");
  }
  return source_().and_then([](const std::string& rest) -> Result<std::string> {
    return rest.empty() ? Result<std::string>(std::string())
                        : invalid("the stream goes on behind its end");
  });
}

}  // namespace drover::migrate
