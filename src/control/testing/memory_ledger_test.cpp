#include "control/testing/memory_ledger.h"

#include "control/testing/ledger_contract.h"

namespace drover::control::testing {
namespace {

class MemoryHome final : public LedgerHome {
 public:
  Ledger& ledger() override { return ledger_; }
  void reopen() override {}

 private:
  MemoryLedger ledger_;
};

INSTANTIATE_TEST_SUITE_P(Memory, LedgerContract,
                         ::testing::Values([] { return std::make_unique<MemoryHome>(); }));

}  // namespace
}  // namespace drover::control::testing
