#include <gtest/gtest.h>

#include "migrate/testing/journal_contract.h"
#include "migrate/testing/memory.h"

namespace drover::migrate::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, JournalContract, ::testing::Values(JournalFactory([] {
                           return std::make_unique<MemoryJournal>();
                         })));

}  // namespace
}  // namespace drover::migrate::testing
