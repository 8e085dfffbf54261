// Agent to agent over mutual TLS: PUT /v1/migrations/<id>/images with the page stream as body.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "migrate/pod_host.h"
#include "migrate/transfer.h"
#include "os/http_client.h"
#include "os/http_server.h"

namespace drover::migrate {

class TcpTransfer final : public Transfer {
 public:
  TcpTransfer(os::TlsFiles tls, PodHost& pods) : tls_(std::move(tls)), pods_(pods) {}

  Result<> reach(const NodeId& destination, const std::string& endpoint) override;
  Result<TransferReport> send(const Shipment& shipment) override;
  Result<bool> arrived(const MigrationId& id) override;

  // The receiving end: unpacks into the directories of the prepared pod. Only a peer agent may call
  // it, and only for a migration whose pod `prepare` has made here.
  Result<os::HttpResponse> receive(const os::HttpRequest& request, os::BodySource& body);
  Result<os::HttpResponse> tell_arrived(const os::HttpRequest& request);

 private:
  Result<os::HttpClient*> client(const NodeId& destination, const std::string& endpoint);
  Result<std::filesystem::path> marker(const MigrationId& id);
  Result<> unpack_into_pod(const MigrationId& id, const PodHandle& pod, os::BodySource& body);

  os::TlsFiles tls_;
  PodHost& pods_;
  std::mutex mutex_;  // guards clients_
  std::map<std::string, std::unique_ptr<os::HttpClient>> clients_;
};

}  // namespace drover::migrate
