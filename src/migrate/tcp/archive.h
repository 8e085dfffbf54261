// The page stream: a pax archive in zstd frames, written and read by libarchive
// (docs/formats/page-stream.md).
//
// Entries are "<tree>/<path below it>". Owners, modes, times, xattrs, hard links and overlay
// whiteouts (character device 0:0) are kept. The last entry, ".end", holds the number of entries
// before it: without it the stream was cut.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "migrate/engine.h"

namespace drover::migrate {

using Tree = PodHandle::Delta;

// Calls `sink` with compressed chunks in order; a sink that returns false stops it. Returns the
// bytes read from files.
Result<Bytes> pack(const std::vector<Tree>& trees, const std::function<bool(std::string)>& sink);

// `source` gives the next chunk, empty at the end. Writes below the directories of `trees` only:
// unknown trees, "..", absolute names, links that leave their tree and devices other than whiteouts
// are errors.
Result<> unpack(const std::vector<Tree>& trees, const std::function<Result<std::string>()>& source);

}  // namespace drover::migrate
