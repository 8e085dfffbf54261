// One reader per kind of manifest. Private to the manifest parser.
#pragma once

#include "cluster/local/manifest.h"
#include "cluster/local/service.h"
#include "cluster/local/yaml_reader.h"
#include "cluster/pods/pod_spec.h"

namespace drover::cluster::local {

// `root` is the document's map, its apiVersion and kind already checked. Every problem is recorded
// in the field's Problems; what is returned is only meaningful when there is none.
PodManifest read_pod(const Field& root);
ServiceSpec read_service(const Field& root);

// metadata.labels, metadata.annotations, spec.selector.
std::map<std::string, std::string> read_text_map(const Field& field);

// Absent: TCP.
pods::PortProtocol read_protocol(const Field& field);

// 1 to 65535; 0 after a problem or when it is absent.
std::uint16_t read_port(const Field& field);

// Checks that no two items have the same text under `key`.
void check_unique(const std::vector<Field>& items, std::string_view key);

}  // namespace drover::cluster::local
