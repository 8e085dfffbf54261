#include "carbon/testing/memory_store.h"

#include "carbon/testing/store_contract.h"

namespace drover::carbon::testing {

INSTANTIATE_TEST_SUITE_P(Memory, StoreContract, ::testing::Values(StoreMaker{[] {
                           return std::make_unique<MemoryStore>();
                         }}));

}  // namespace drover::carbon::testing
