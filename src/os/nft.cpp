#include "os/nft.h"

#include <format>
#include <memory>
#include <mutex>

#include <nftables/libnftables.h>

namespace drover::os {

namespace {

using Context = std::unique_ptr<nft_ctx, void (*)(nft_ctx*)>;

// libnftables keeps state of its scanner and number library in the process, so one call at a time.
std::mutex& library_mutex() {
  static std::mutex mutex;
  return mutex;
}

Error explain(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  const bool absent = text.contains("No such file or directory");
  const bool exists = text.contains("File exists");
  const auto code = absent                          ? Code::kNotFound
                    : exists                        ? Code::kConflict
                    : text.contains("syntax error") ? Code::kInvalid
                                                    : Code::kUnavailable;
  return Error{.code = code, .what = "nft: " + text};
}

// The context's netlink socket belongs to the calling thread's namespace, hence a new one per call.
Result<std::string> run(const std::string& script, bool json) {
  const std::scoped_lock lock(library_mutex());
  const Context context(::nft_ctx_new(NFT_CTX_DEFAULT), &::nft_ctx_free);
  if (!context || ::nft_ctx_buffer_output(context.get()) != 0 ||
      ::nft_ctx_buffer_error(context.get()) != 0) {
    return unavailable("nft: cannot make a context");
  }
  if (json) ::nft_ctx_output_set_flags(context.get(), NFT_CTX_OUTPUT_JSON);
  if (::nft_run_cmd_from_buffer(context.get(), script.c_str()) != 0) {
    return std::unexpected(explain(::nft_ctx_get_error_buffer(context.get())));
  }
  return std::string(::nft_ctx_get_output_buffer(context.get()));
}

}  // namespace

Result<> nft(std::string_view script) {
  return run(std::string(script), false).transform([](const std::string&) {});
}

Result<std::string> nft_list(std::string_view what) {
  return run(std::format("list {}", what), false);
}

Result<std::string> nft_list_json(std::string_view what) {
  return run(std::format("list {}", what), true);
}

bool nft_table_exists(std::string_view family, std::string_view name) {
  return nft_list(std::format("table {} {}", family, name)).has_value();
}

// Adding first makes the deletion succeed in any case, and both are one transaction.
Result<> nft_delete_table(std::string_view family, std::string_view name) {
  return nft(std::format("add table {0} {1}\ndelete table {0} {1}", family, name));
}

}  // namespace drover::os
