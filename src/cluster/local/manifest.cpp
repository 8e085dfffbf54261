#include "cluster/local/manifest.h"

#include <map>

#include "cluster/local/manifest_reader.h"

namespace drover::cluster::local {
namespace {

const std::string& name_of(const ManifestObject& object) {
  const auto* pod = std::get_if<PodManifest>(&object);
  return pod != nullptr ? pod->spec.name : std::get<ServiceSpec>(object).name;
}

// Nothing when the document is of no kind that drover knows.
std::optional<ManifestObject> read_object(const Field& root) {
  const auto version = root.need("apiVersion", "'apiVersion: v1'").one_of({"v1"});
  const auto kind = root.need("kind", "'kind: Pod' or 'kind: Service'").one_of({"Pod", "Service"});
  if (!version || !kind) {
    return std::nullopt;
  }
  return *kind == "Pod" ? ManifestObject{read_pod(root)} : ManifestObject{read_service(root)};
}

void check_not_repeated(const std::vector<ManifestObject>& objects, const Field& root,
                        const ManifestObject& object) {
  for (const auto& other : objects) {
    if (other.index() == object.index() && name_of(other) == name_of(object)) {
      root.at("metadata")
          .at("name")
          .problem("is the name of an earlier object of the same kind; give each its own");
    }
  }
}

std::vector<ManifestObject> read_documents(const std::vector<YAML::Node>& documents,
                                           Problems& problems) {
  std::vector<ManifestObject> objects;
  for (const auto& document : documents) {
    const Field root(problems, document, "", 1);
    if (!root.present()) {
      continue;
    }
    if (!document.IsMap()) {
      root.problem("must be a map with apiVersion, kind, metadata and spec");
    } else if (auto object = read_object(root)) {
      check_not_repeated(objects, root, *object);
      objects.push_back(*std::move(object));
    }
  }
  return objects;
}

}  // namespace

std::map<std::string, std::string> read_text_map(const Field& field) {
  std::map<std::string, std::string> values;
  for (const auto& [key, value] : field.entries()) {
    if (!value.present()) {
      value.problem("has no value; write \"\" for an empty text");
    }
    values[key] = value.string().value_or("");
  }
  return values;
}

pods::PortProtocol read_protocol(const Field& field) {
  const auto protocol = field.one_of({"TCP", "UDP"}).value_or("TCP");
  return protocol == "UDP" ? pods::PortProtocol::kUdp : pods::PortProtocol::kTcp;
}

std::uint16_t read_port(const Field& field) {
  return static_cast<std::uint16_t>(field.integer(1, 65535).value_or(0));
}

void check_unique(const std::vector<Field>& items, std::string_view key) {
  std::map<std::string, int> first_line;
  for (const auto& item : items) {
    const auto field = item.at(key);
    if (!field.present()) {
      continue;
    }
    const auto [first, added] = first_line.emplace(field.value(), field.line());
    if (!added) {
      field.problem(std::format("stands on line {} too; each must be different", first->second));
    }
  }
}

Result<std::vector<ManifestObject>> parse_manifest(std::string_view text,
                                                   const std::filesystem::path& file) {
  const auto documents = read_yaml(text, file);
  if (!documents) {
    return std::unexpected(documents.error());
  }
  Problems problems(file);
  try {
    auto objects = read_documents(*documents, problems);
    if (problems.empty() && objects.empty()) {
      problems.add(1, "", "", "holds no object; write a Pod or a Service");
    }
    if (problems.empty()) {
      return objects;
    }
  } catch (const YAML::Exception& error) {
    problems.add(error.mark.line + 1, "", "", error.msg);
  }
  return problems.error();
}

Result<std::vector<ManifestObject>> load_manifest(const std::filesystem::path& file) {
  return read_text_file(file).and_then(
      [&](const std::string& text) { return parse_manifest(text, file); });
}

}  // namespace drover::cluster::local
