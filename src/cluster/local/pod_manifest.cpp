#include <algorithm>
#include <array>
#include <map>
#include <sstream>

#include "base/text.h"
#include "cluster/local/manifest_reader.h"
#include "cluster/local/quantity.h"

namespace drover::cluster::local {
namespace {

constexpr std::string_view kPowerAnnotation = "drover.dev/power-watts";
constexpr std::string_view kMigrateLabel = "drover.dev/migrate";
constexpr double kMaxWatts = 1e6;
constexpr std::int64_t kMaxGraceSeconds = 600;

constexpr std::string_view kNoTerminal =
    "is not supported: a terminal cannot be moved to another node; remove it";
constexpr std::string_view kNoProbe = "is not supported: drover runs no probes yet; remove it";
constexpr std::string_view kOwnNamespaces =
    "is not supported: a pod can only be moved with namespaces of its own; remove it";

constexpr Field::Refused kRefusedOfPod[] = {
    {"hostNetwork", kOwnNamespaces},
    {"hostPID", kOwnNamespaces},
    {"hostIPC", kOwnNamespaces},
    {"shareProcessNamespace", kOwnNamespaces},
    {"initContainers",
     "is not supported: they would run again on the node that a pod moves to; remove it"},
    {"nodeSelector",
     "is not supported: a pod moves between nodes; use nodeName to say where it starts"},
};

constexpr Field::Refused kRefusedOfContainer[] = {
    {"stdin", kNoTerminal},
    {"stdinOnce", kNoTerminal},
    {"tty", kNoTerminal},
    {"livenessProbe", kNoProbe},
    {"readinessProbe", kNoProbe},
    {"startupProbe", kNoProbe},
    {"restartPolicy",
     "is not supported: drover never starts a container again by itself; remove it"},
    {"envFrom", "is not supported: write the variables under env"},
};

// "./x", "x/y" -> absolute, from the folder that the manifest is in.
std::string resolved(const Field& field, const std::string& path) {
  return std::filesystem::absolute(field.file().parent_path() / path).lexically_normal();
}

std::string read_image(const Field& field) {
  const auto written = field.text();
  if (!written) {
    return "";
  }
  for (const std::string_view scheme : {"dir:", "oci:"}) {
    if (written->starts_with(scheme) && written->size() > scheme.size()) {
      return std::string(scheme) + resolved(field, written->substr(scheme.size()));
    }
  }
  if (written->starts_with('/') || written->starts_with("./") || written->starts_with("../")) {
    return resolved(field, *written);
  }
  field.problem(
      "is no local image; drover pulls none, so use oci:/LAYOUT[:TAG] or the root directory "
      "dir:/PATH");
  return "";
}

std::vector<std::string> read_texts(const Field& field) {
  std::vector<std::string> texts;
  for (const auto& item : field.items()) {
    texts.push_back(item.string().value_or(""));
  }
  return texts;
}

pods::EnvVar read_env(const Field& field) {
  constexpr Field::Refused kRefused[] = {{"valueFrom", "is not supported: write the value itself"}};
  field.only({"name", "value"}, kRefused);
  const auto name = field.need("name", "the variable's name");
  const auto text = name.text().value_or("");
  if (name.present() && (text.empty() || text.contains('='))) {
    name.problem("is not a variable's name; it must not be empty nor hold '='");
  }
  return {.name = text, .value = field.at("value").string().value_or("")};
}

pods::ResourceAmounts read_amounts(const Field& field) {
  field.only({"cpu", "memory"});
  pods::ResourceAmounts amounts{.cpu_cores = field.at("cpu").parsed(parse_cpu),
                                .memory = field.at("memory").parsed(parse_memory)};
  if (amounts.cpu_cores && *amounts.cpu_cores <= 0) {
    field.at("cpu").problem("must be more than zero");
  }
  if (amounts.memory && *amounts.memory <= Bytes{0}) {
    field.at("memory").problem("must be more than zero");
  }
  return amounts;
}

void read_resources(const Field& field, pods::ContainerSpec& container) {
  field.only({"requests", "limits"});
  container.requests = read_amounts(field.at("requests"));
  container.limits = read_amounts(field.at("limits"));
  const auto over = [](const auto& request, const auto& limit) {
    return request && limit && *request > *limit;
  };
  if (over(container.requests.cpu_cores, container.limits.cpu_cores)) {
    field.at("requests").at("cpu").problem("is more than the limit");
  }
  if (over(container.requests.memory, container.limits.memory)) {
    field.at("requests").at("memory").problem("is more than the limit");
  }
}

pods::ContainerPort read_container_port(const Field& field) {
  constexpr Field::Refused kRefused[] = {
      {"hostPort", "is not supported: a pod keeps its own address when it moves; use a Service"}};
  field.only({"containerPort", "protocol", "name"}, kRefused);
  return {.container_port = read_port(
              field.need("containerPort", "the port number, such as 'containerPort: 6379'")),
          .protocol = read_protocol(field.at("protocol")),
          .name = field.at("name").label().value_or("")};
}

std::string read_absolute(const Field& field) {
  const auto path = field.text().value_or("");
  if (field.present() && !path.starts_with('/')) {
    field.problem("is not an absolute path; begin it with '/'");
  }
  return path;
}

pods::VolumeMount read_mount(const Field& field) {
  field.only({"name", "mountPath", "readOnly"});
  return {.name = field.need("name", "the name of one of the pod's volumes").label().value_or(""),
          .mount_path = read_absolute(
              field.need("mountPath", "where the container sees the volume, such as '/data'")),
          .read_only = field.at("readOnly").boolean().value_or(false)};
}

pods::ContainerSpec read_container(const Field& field) {
  field.only({"name", "image", "imagePullPolicy", "command", "args", "env", "resources", "ports",
              "volumeMounts", "workingDir"},
             kRefusedOfContainer);
  pods::ContainerSpec container;
  container.name = field.need("name", "the container's name").label().value_or("");
  container.image =
      read_image(field.need("image", "the image: 'oci:/LAYOUT[:TAG]' or 'dir:/ROOT'"));
  (void)field.at("imagePullPolicy").one_of({"Never", "IfNotPresent"});
  container.command = read_texts(field.at("command"));
  container.args = read_texts(field.at("args"));
  for (const auto& item : field.at("env").items()) {
    container.env.push_back(read_env(item));
  }
  read_resources(field.at("resources"), container);
  for (const auto& item : field.at("ports").items()) {
    container.ports.push_back(read_container_port(item));
  }
  for (const auto& item : field.at("volumeMounts").items()) {
    container.volume_mounts.push_back(read_mount(item));
  }
  check_unique(field.at("volumeMounts").items(), "mountPath");
  container.working_dir = read_absolute(field.at("workingDir"));
  return container;
}

pods::Volume read_volume(const Field& field) {
  field.only({"name", "emptyDir", "hostPath"});
  pods::Volume volume{.name = field.need("name", "the volume's name").label().value_or(""),
                      .source = pods::EmptyDir{}};
  const auto host = field.at("hostPath");
  field.at("emptyDir").only({});
  host.only({"path", "type"});
  if (host.present() == field.has("emptyDir")) {
    field.problem("must have either 'emptyDir: {}' or 'hostPath: {path: …}'");
  }
  if (host.present()) {
    (void)host.at("type").one_of({"", "Directory", "File"});
    const auto path = host.need("path", "a directory or file of this machine").text().value_or("");
    volume.source = pods::HostPath{resolved(host, path)};
  }
  return volume;
}

pods::HostAlias read_alias(const Field& field) {
  field.only({"ip", "hostnames"});
  pods::HostAlias alias{.ip = field.need("ip", "an IPv4 address").text().value_or(""),
                        .hostnames = {}};
  alias.hostnames = read_texts(field.need("hostnames", "a list of names"));
  return alias;
}

// drover's own annotations and labels are checked like fields: a typing error must not go unseen.
void read_own_words(const Field& metadata, pods::PodSpec& pod) {
  constexpr std::array kKnown = {kPowerAnnotation, kMigrateLabel};
  for (const auto& [kind, known] :
       {std::pair{"annotations", kPowerAnnotation}, std::pair{"labels", kMigrateLabel}}) {
    for (const auto& [key, field] : metadata.at(kind).entries()) {
      if (key.starts_with("drover.dev/") && key != known) {
        field.problem("is not known in " + std::string(kind) + suggest(key, kKnown));
      }
    }
  }
  const auto power = metadata.at("annotations").at(kPowerAnnotation);
  if (const auto watts = power.number(0, kMaxWatts)) {
    pod.power = Power::watts(*watts);
  }
  (void)metadata.at("labels").at(kMigrateLabel).one_of({"never", "allowed"});
}

void read_metadata(const Field& metadata, pods::PodSpec& pod) {
  metadata.only({"name", "namespace", "labels", "annotations"});
  pod.name = metadata.need("name", "the pod's name").label().value_or("");
  (void)metadata.at("namespace").one_of({"default"});
  pod.labels = read_text_map(metadata.at("labels"));
  pod.annotations = read_text_map(metadata.at("annotations"));
  read_own_words(metadata, pod);
}

void check_restart_policy(const Field& field) {
  const auto policy = field.text();
  if (policy && *policy != "Never") {
    field.problem(
        "is not supported: a container that drover started again by itself would silently have "
        "lost its state; "
        "write 'restartPolicy: Never'");
  }
}

void check_mounts(const Field& containers, const pods::PodSpec& pod) {
  for (const auto& container : containers.items()) {
    for (const auto& mount : container.at("volumeMounts").items()) {
      const auto name = mount.at("name").text();
      if (name && std::ranges::find(pod.volumes, *name, &pods::Volume::name) == pod.volumes.end()) {
        mount.at("name").problem(
            "is not the name of a volume of this pod; add it under spec.volumes");
      }
    }
  }
}

// Rules that only the runtime knows; told without a line of their own.
void check_with_runtime(const Field& root, const pods::PodSpec& pod) {
  const auto valid = pods::validate(pod);
  if (valid) {
    return;
  }
  std::istringstream lines(valid.error().what);
  for (std::string line; std::getline(lines, line);) {
    root.problem(line);
  }
}

}  // namespace

PodManifest read_pod(const Field& root) {
  const auto problems_before = root.problem_count();
  root.only({"apiVersion", "kind", "metadata", "spec"});
  PodManifest manifest;
  auto& pod = manifest.spec;
  read_metadata(root.need("metadata", "'metadata: {name: …}'"), pod);
  const auto spec = root.need("spec", "'spec: {containers: …}'");
  spec.only({"containers", "volumes", "restartPolicy", "terminationGracePeriodSeconds",
             "hostAliases", "nodeName"},
            kRefusedOfPod);
  if (const auto node = spec.at("nodeName").label()) {
    manifest.node = NodeId{*node};
  }
  check_restart_policy(spec.at("restartPolicy"));
  pod.termination_grace_s =
      spec.at("terminationGracePeriodSeconds").integer(0, kMaxGraceSeconds).value_or(30);
  for (const auto& item : spec.at("hostAliases").items()) {
    pod.host_aliases.push_back(read_alias(item));
  }
  const auto containers = spec.need("containers", "at least one container");
  for (const auto& item : containers.items()) {
    pod.containers.push_back(read_container(item));
  }
  for (const auto& item : spec.at("volumes").items()) {
    pod.volumes.push_back(read_volume(item));
  }
  check_unique(containers.items(), "name");
  check_unique(spec.at("volumes").items(), "name");
  check_mounts(containers, pod);
  if (root.problem_count() == problems_before) {
    check_with_runtime(root, pod);
  }
  return manifest;
}

}  // namespace drover::cluster::local
