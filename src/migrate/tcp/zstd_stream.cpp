#include "migrate/tcp/zstd_stream.h"

#include <format>
#include <utility>

#include <zstd.h>

namespace drover::migrate {
namespace {

// Images are copied once and thrown away: time counts, not size.
constexpr int kLevel = 1;
constexpr std::size_t kChunk = 256UL << 10;

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
    std::string chunk(kChunk, '\0');
    ZSTD_outBuffer output{chunk.data(), chunk.size(), 0};
    const auto left =
        ZSTD_compressStream2(context_.get(), &output, &input, last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left) != 0) {
      return internal(std::format("compressing: {}", ZSTD_getErrorName(left)));
    }
    chunk.resize(output.pos);
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
  std::string chunk(kChunk, '\0');
  ZSTD_outBuffer output{chunk.data(), chunk.size(), 0};
  while (!ended_ && output.pos == 0) {
    if (used_ == input_.size()) {
      if (auto filled = refill(); !filled) {
        return std::unexpected(filled.error());
      }
    }
    ZSTD_inBuffer input{input_.data(), input_.size(), used_};
    const auto left = ZSTD_decompressStream(context_.get(), &output, &input);
    used_ = input.pos;
    if (ZSTD_isError(left) != 0) {
      return invalid(std::format("the stream is damaged: {}", ZSTD_getErrorName(left)));
    }
    ended_ = left == 0;
  }
  if (output.pos == 0) {
    return end();
  }
  chunk.resize(output.pos);
  return chunk;
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
