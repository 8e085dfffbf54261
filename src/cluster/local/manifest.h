// Kubernetes manifests, as far as a local cluster runs them (docs/guide/local-cluster.md lists
// every field).
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "cluster/local/service.h"
#include "cluster/pods/pod_spec.h"

namespace drover::cluster::local {

struct PodManifest {
  pods::PodSpec spec;
  std::optional<NodeId> node;  // spec.nodeName: where it is started; it may be moved from there
};

using ManifestObject = std::variant<PodManifest, ServiceSpec>;

// Every document of the text, in order; empty documents are skipped. A field outside the subset is
// an error, never ignored: all problems at once, one a line, each as "file:line: field: value: what
// to write instead". Never throws, whatever the text. Relative image and hostPath paths are
// resolved against the file's folder.
Result<std::vector<ManifestObject>> parse_manifest(std::string_view text,
                                                   const std::filesystem::path& file);
Result<std::vector<ManifestObject>> load_manifest(const std::filesystem::path& file);

}  // namespace drover::cluster::local
