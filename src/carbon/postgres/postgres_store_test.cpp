#include "carbon/postgres/postgres_store.h"

#include <memory>
#include <string>

#include "carbon/postgres/postgres_server_test.h"
#include "carbon/testing/store_contract.h"

namespace drover::carbon::testing {
namespace {

// One for all tests of this program; each has a database of its own.
class OneServer final : public ::testing::Environment {
 public:
  static PostgresServer& get() { return *server(); }
  void TearDown() override { server().reset(); }

 private:
  static std::unique_ptr<PostgresServer>& server() {
    static auto server = std::make_unique<PostgresServer>(PostgresServer::Options{});
    return server;
  }
};

const auto* const kEnvironment = ::testing::AddGlobalTestEnvironment(new OneServer);

std::unique_ptr<Store> opened(const std::string& connection) {
  auto store = open_postgres_store(connection);
  EXPECT_TRUE(store) << store.error().what;
  return std::move(*store);
}

INSTANTIATE_TEST_SUITE_P(Postgres, StoreContract, ::testing::Values(StoreMaker{[] {
                           return opened(OneServer::get().make_database());
                         }}));

}  // namespace
}  // namespace drover::carbon::testing
