// Removes a cluster, whatever state it is in, and nothing else.
//
// What belongs to it is known by marks that survive any crash: the environment of its processes,
// the names of its control groups and of its folders, all derived from the absolute path of its
// state folder.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cluster/local/layout.h"

namespace drover::cluster::local {

struct TakenDown {
  std::vector<std::string> removed;  // for people: "12 processes", "the control groups /drover/…";
                                     // empty: nothing was there
};

// Idempotent. An error names all that is still there; what could be removed is removed.
Result<TakenDown> take_down(const ClusterPaths& paths);

// Only what runs and what it holds (processes, control groups, checkpoint images); the state folder
// stays.
Result<TakenDown> stop_everything(const ClusterPaths& paths);

}  // namespace drover::cluster::local
