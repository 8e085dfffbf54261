// Two agents' ends of a transfer over real TLS on loopback.
#include "migrate/tcp/transfer.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "os/clock.h"
#include "os/testing/temp_dir.h"

namespace drover::migrate {
namespace {

namespace fs = std::filesystem;

// A node whose one pod has an upper directory, and that stages below its folder.
class FolderHost final : public PodHost {
 public:
  explicit FolderHost(fs::path dir) : dir_(std::move(dir)) { fs::create_directories(upper()); }

  MigrationId arriving;
  [[nodiscard]] fs::path upper() const { return dir_ / "upper"; }
  [[nodiscard]] fs::path stage(const MigrationId& id) const { return dir_ / "staging" / id.str(); }

  Result<PodHandle> find(const WorkloadId& pod) override {
    if (pod != WorkloadId("redis")) {
      return not_found("no such pod");
    }
    return PodHandle{.pod = pod,
                     .arriving = arriving,
                     .containers = {{.name = "redis"}},
                     .deltas = {{.name = "upper/redis", .dir = upper()}}};
  }
  std::vector<std::string> obstacles(const std::string&) override { return {}; }
  Result<PodHandle> prepare(const std::string&, const MigrationId&) override {
    return find(WorkloadId("redis"));
  }
  Result<> start(const WorkloadId&) override { return {}; }
  std::string failure(const WorkloadId&) override { return {}; }
  Result<> adopt(const WorkloadId&) override { return {}; }
  Result<> remove(const WorkloadId&) override { return {}; }
  Result<fs::path> staging(const MigrationId& id) override {
    fs::create_directories(stage(id));
    return stage(id);
  }
  Result<> drop_staging(const MigrationId& id) override {
    fs::remove_all(stage(id));
    return {};
  }

 private:
  fs::path dir_;
};

class TransferTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(dir_ / "ca");
    auto ca = os::CertificateAuthority::create(dir_ / "ca", os::RealClock().now());
    ASSERT_TRUE(ca) << ca.error().what;
    for (const auto& [role, name] : {std::pair{"node", "a"}, {"node", "b"}, {"operator", "me"}}) {
      ASSERT_TRUE(ca->issue({.role = role, .name = name}, files(name), os::RealClock().now()));
    }
    receiver_host_.emplace(dir_ / "b-node");
    receiver_.emplace(files("b"), *receiver_host_);
    auto server = os::HttpServer::make({.tls = files("b")});
    ASSERT_TRUE(server) << server.error().what;
    server_.emplace(std::move(*server));
    server_->on("GET", "/v1/migrations/:id/images",
                [&](const os::HttpRequest& request) { return receiver_->tell_arrived(request); });
    server_->on_upload("PUT", "/v1/migrations/:id/images",
                       [&](const os::HttpRequest& request, os::BodySource& body) {
                         return receiver_->receive(request, body);
                       });
    const auto port = server_->bind("127.0.0.1", 0);
    ASSERT_TRUE(port) << port.error().what;
    endpoint_ = "127.0.0.1:" + std::to_string(*port);
    ASSERT_TRUE(server_->start());
    sender_host_.emplace(dir_ / "a-node");
    images_ = sender_host_->stage(id_) / "images/redis";
    fs::create_directories(images_);
    std::ofstream(images_ / "pages-1.img") << std::string(3 << 20, 'p');
    std::ofstream(sender_host_->upper() / "dump.rdb") << "data";
  }
  void TearDown() override { server_.reset(); }

  [[nodiscard]] os::TlsFiles files(const std::string& name) const {
    return {.ca = dir_ / "ca/ca.crt",
            .certificate = dir_ / (name + ".crt"),
            .key = dir_ / (name + ".key")};
  }
  [[nodiscard]] Shipment shipment() const {
    return {.id = id_,
            .pod = WorkloadId("redis"),
            .destination = NodeId("b"),
            .endpoint = endpoint_,
            .trees = {{.name = "upper/redis", .dir = sender_host_->upper()},
                      {.name = "images/redis", .dir = images_}}};
  }
  static std::string read(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  os::testing::TempDir dir_;
  MigrationId id_{"m-000001"};
  fs::path images_;
  std::string endpoint_;
  std::optional<FolderHost> sender_host_;
  std::optional<FolderHost> receiver_host_;
  std::optional<TcpTransfer> receiver_;
  std::optional<os::HttpServer> server_;
};

TEST_F(TransferTest, ImagesAndDeltasArriveWholeAndAreMarked) {
  receiver_host_->arriving = id_;
  TcpTransfer sender(files("a"), *sender_host_);
  ASSERT_TRUE(sender.reach(NodeId("b"), endpoint_));
  EXPECT_FALSE(*receiver_->arrived(id_));
  const auto report = sender.send(shipment());
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_TRUE(*receiver_->arrived(id_));
  EXPECT_EQ(read(receiver_host_->stage(id_) / "images/redis/pages-1.img"),
            std::string(3 << 20, 'p'));
  EXPECT_EQ(read(receiver_host_->upper() / "dump.rdb"), "data");
  EXPECT_GT(report->raw, Bytes{3 << 20});
  EXPECT_LT(report->sent, Bytes{1 << 20}) << "it compresses";
}

TEST_F(TransferTest, WhatAnEarlierAttemptLeftIsReplaced) {
  receiver_host_->arriving = id_;
  std::ofstream(receiver_host_->upper() / "half-a-file") << "x";
  ASSERT_TRUE(TcpTransfer(files("a"), *sender_host_).send(shipment()));
  EXPECT_FALSE(fs::exists(receiver_host_->upper() / "half-a-file"));
}

TEST_F(TransferTest, APodThatWaitsForNoImagesKeepsItsFiles) {
  std::ofstream(receiver_host_->upper() / "precious") << "x";
  const auto refused = TcpTransfer(files("a"), *sender_host_).send(shipment());
  ASSERT_FALSE(refused);
  EXPECT_EQ(read(receiver_host_->upper() / "precious"), "x");
  EXPECT_FALSE(fs::exists(receiver_host_->stage(id_)));
}

TEST_F(TransferTest, OnlyANodeMaySendImages) {
  receiver_host_->arriving = id_;
  const auto refused = TcpTransfer(files("me"), *sender_host_).send(shipment());
  ASSERT_FALSE(refused);
  EXPECT_FALSE(*receiver_->arrived(id_));
}

TEST_F(TransferTest, AnAgentThatIsNotThereIsUnavailableByName) {
  const auto gone = TcpTransfer(files("a"), *sender_host_).reach(NodeId("b"), "127.0.0.1:1");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Code::kUnavailable);
  EXPECT_NE(gone.error().what.find("node 'b'"), std::string::npos) << gone.error().what;
}

}  // namespace
}  // namespace drover::migrate
