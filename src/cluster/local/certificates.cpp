#include "cluster/local/certificates.h"

#include <format>

namespace drover::cluster::local {
namespace {

constexpr std::string_view kController = "controller";
constexpr std::string_view kOperator = "operator";
constexpr std::string_view kNode = "node";

os::TlsFiles in_folder(const std::filesystem::path& folder, std::string_view name) {
  return {.ca = folder / "ca.crt",
          .certificate = folder / std::format("{}.crt", name),
          .key = folder / std::format("{}.key", name)};
}

Result<> issue_node(const os::CertificateAuthority& authority, const ClusterPaths& paths,
                    const ClusterFile& cluster, const NodeId& node, Instant now) {
  const auto address = to_string(cluster.network.node(node_number(cluster, node)));
  return os::make_dirs(paths.node(node).dir).and_then([&] {
    return authority.issue({.role = std::string(kNode), .name = node.str(), .addresses = {address}},
                           node_tls(paths, node), now);
  });
}

}  // namespace

std::string controller_identity() { return os::identity(kController, kController); }
std::string operator_identity() { return os::identity(kOperator, kOperator); }
std::string node_identity(const NodeId& node) { return os::identity(kNode, node.str()); }

os::TlsFiles controller_tls(const ClusterPaths& paths) {
  return in_folder(paths.ca(), kController);
}
os::TlsFiles operator_tls(const ClusterPaths& paths) { return in_folder(paths.ca(), kOperator); }
os::TlsFiles node_tls(const ClusterPaths& paths, const NodeId& node) {
  return in_folder(paths.node(node).dir, "agent");
}

Result<> make_certificates(const ClusterPaths& paths, const ClusterFile& cluster, Instant now) {
  const auto authority = os::CertificateAuthority::create(paths.ca(), now);
  if (!authority) {
    return std::unexpected(authority.error());
  }
  const std::string controller(kController);
  const std::string user(kOperator);
  auto issued =
      authority
          ->issue({.role = controller, .name = controller, .addresses = {cluster.listen.host}},
                  controller_tls(paths), now)
          .and_then([&] {
            return authority->issue({.role = user, .name = user, .addresses = {}},
                                    operator_tls(paths), now);
          });
  for (const auto& node : cluster.nodes) {
    issued =
        issued.and_then([&] { return issue_node(*authority, paths, cluster, node.name, now); });
  }
  return issued.transform_error(doing("making the cluster's certificates"));
}

}  // namespace drover::cluster::local
