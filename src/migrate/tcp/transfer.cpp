#include "migrate/tcp/transfer.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <format>
#include <thread>
#include <utility>

#include "migrate/tcp/archive.h"
#include "migrate/tcp/byte_queue.h"
#include "os/file.h"

namespace drover::migrate {
namespace {

constexpr Duration kStall = std::chrono::seconds(20);  // without any progress

std::string path_of(const MigrationId& id, const WorkloadId& pod) {
  return std::format("/v1/migrations/{}/images?pod={}", id, pod);
}

struct Endpoint {
  std::string address;
  int port = 0;
};

Result<Endpoint> parse_endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  Endpoint endpoint{.address = text.substr(0, colon)};
  if (colon == std::string::npos ||
      std::from_chars(text.data() + colon + 1, text.data() + text.size(), endpoint.port).ec !=
          std::errc{}) {
    return invalid(std::format("'{}' is not an agent's address:port", text));
  }
  return endpoint;
}

// Turns the queue's chunks into the fixed buffers that the upload wants.
class ChunkFeeder {
 public:
  explicit ChunkFeeder(ByteQueue& queue) : queue_(queue) {}

  Result<std::size_t> fill(std::span<std::byte> buffer) {
    if (used_ == chunk_.size()) {
      auto next = queue_.pop();
      if (!next) {
        return std::unexpected(next.error());
      }
      chunk_ = std::move(*next);
      used_ = 0;
    }
    const auto size = std::min(buffer.size(), chunk_.size() - used_);
    std::memcpy(buffer.data(), chunk_.data() + used_, size);
    used_ += size;
    sent_ += Bytes{static_cast<std::int64_t>(size)};
    return size;
  }
  [[nodiscard]] Bytes sent() const { return sent_; }

 private:
  ByteQueue& queue_;
  std::string chunk_;
  std::size_t used_ = 0;
  Bytes sent_;
};

// Gathers what comes in TLS-record sizes into chunks worth waking the unpacker for.
class Gatherer {
 public:
  explicit Gatherer(ByteQueue& queue) : queue_(queue) {}

  Result<> add(std::span<const std::byte> data) {
    chunk_.append(reinterpret_cast<const char*>(data.data()), data.size());
    return chunk_.size() < kEnough ? Result<>{} : flush();
  }
  Result<> flush() {
    if (chunk_.empty()) {
      return {};
    }
    const bool taken = queue_.push(std::exchange(chunk_, {}));
    chunk_.reserve(kEnough);
    return taken ? Result<>{} : Result<>(unavailable("unpacking has stopped"));
  }

 private:
  static constexpr std::size_t kEnough = 1UL << 20;
  ByteQueue& queue_;
  std::string chunk_;
};

}  // namespace

Result<os::HttpClient*> TcpTransfer::client(const NodeId& destination,
                                            const std::string& endpoint) {
  const std::scoped_lock guard(mutex_);
  auto& slot = clients_[destination.str() + "@" + endpoint];
  if (slot) {
    return slot.get();
  }
  return parse_endpoint(endpoint)
      .and_then([&](const Endpoint& at) {
        return os::HttpClient::make({.address = at.address,
                                     .port = at.port,
                                     .tls = tls_,
                                     .expected_peer = os::identity("node", destination.str())});
      })
      .transform([&](os::HttpClient made) {
        slot = std::make_unique<os::HttpClient>(std::move(made));
        return slot.get();
      });
}

Result<> TcpTransfer::reach(const NodeId& destination, const std::string& endpoint) {
  return client(destination, endpoint)
      .and_then([](os::HttpClient* peer) { return peer->get("/v1/migrations/m-000000/images"); })
      .transform([](const os::HttpReply&) {})
      .transform_error(
          doing(std::format("reaching the agent of node '{}' at {}", destination, endpoint)));
}

Result<TransferReport> TcpTransfer::send(const Shipment& shipment) {
  const auto peer = client(shipment.destination, shipment.endpoint);
  if (!peer) {
    return std::unexpected(peer.error());
  }
  ByteQueue queue;
  ChunkFeeder feeder(queue);
  Bytes raw;
  // Packing and sending overlap: with two cores the slower of the two sets the time, not their sum.
  std::jthread packer([&] {
    auto packed =
        pack(shipment.trees, [&](std::string chunk) { return queue.push(std::move(chunk)); });
    queue.finish(packed.transform([&](Bytes bytes) { raw = bytes; }));
  });
  const auto sent =
      (*peer)->upload({.method = "PUT",
                       .path = path_of(shipment.id, shipment.pod),
                       .body = {},
                       .content_type = "application/zstd",
                       .timeout = kStall},
                      [&](std::span<std::byte> buffer) { return feeder.fill(buffer); });
  queue.cancel();
  packer.join();
  if (!sent) {
    return std::unexpected(doing(
        std::format("sending the checkpoint to node '{}'", shipment.destination))(sent.error()));
  }
  return TransferReport{.raw = raw, .sent = feeder.sent()};
}

Result<std::filesystem::path> TcpTransfer::marker(const MigrationId& id) {
  return pods_.staging(id).transform(
      [](const std::filesystem::path& staging) { return staging / "arrived"; });
}

Result<bool> TcpTransfer::arrived(const MigrationId& id) {
  return marker(id).transform([](const std::filesystem::path& path) { return os::exists(path); });
}

Result<os::HttpResponse> TcpTransfer::tell_arrived(const os::HttpRequest&) {
  return os::json_response("{}");
}

Result<os::HttpResponse> TcpTransfer::receive(const os::HttpRequest& request,
                                              os::BodySource& body) {
  if (!request.peer.starts_with(os::identity("node", ""))) {
    return conflict(std::format("'{}' is not a node; only an agent may send images", request.peer));
  }
  const MigrationId id(request.param("id"));
  const auto pod = pods_.find(WorkloadId(request.param("pod")));
  if (!pod) {
    return std::unexpected(pod.error());
  }
  // Else any node could empty and overwrite the files of any pod; and an id that no `prepare` has
  // seen is no path.
  if (id.empty() || pod->arriving != id) {
    return conflict(
        std::format("pod '{}' does not wait for images of migration '{}' here", pod->pod, id));
  }
  const auto mark = marker(id);
  if (!mark) {
    return std::unexpected(mark.error());
  }
  return os::remove_tree(*mark)
      .and_then([&] { return unpack_into_pod(id, *pod, body); })
      .and_then([&] { return os::publish(*mark, ""); })
      .transform([] { return os::json_response("{}"); });
}

Result<> TcpTransfer::unpack_into_pod(const MigrationId& id, const PodHandle& pod,
                                      os::BodySource& body) {
  const auto staging = pods_.staging(id);
  if (!staging) {
    return std::unexpected(staging.error());
  }
  auto trees = pod.deltas;
  for (const auto& container : pod.containers) {
    trees.push_back(
        {.name = "images/" + container.name, .dir = *staging / "images" / container.name});
  }
  for (const auto& tree : trees) {
    // A transfer that broke off left a part; what is sent now is whole.
    if (auto cleared = os::remove_tree(tree.dir).and_then([&] { return os::make_dirs(tree.dir); });
        !cleared) {
      return cleared;
    }
  }
  ByteQueue queue;
  Result<> unpacked;
  std::jthread unpacker([&] {
    unpacked = unpack(trees, [&] { return queue.pop(); });
    queue.cancel();
  });
  Gatherer gatherer(queue);
  auto read =
      body.read([&](std::span<const std::byte> data) { return gatherer.add(data); }).and_then([&] {
        return gatherer.flush();
      });
  queue.finish(read);
  unpacker.join();
  return unpacked ? read : unpacked;
}

}  // namespace drover::migrate
