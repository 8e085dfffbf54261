#include "control/view.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace drover::control {
namespace {

TEST(ViewBoard, BeforeTheFirstPublicationTheViewIsBlank) {
  EXPECT_EQ(ViewBoard().read()->sequence, 0U);
}

TEST(ViewBoard, ReadersOnOtherThreadsSeeWholeViewsInOrder) {
  ViewBoard board;
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      std::uint64_t last = 0;
      while (last < 1000) {
        const auto view = board.read();
        ASSERT_GE(view->sequence, last);
        ASSERT_EQ(view->policy, view->sequence == 0 ? "" : std::to_string(view->sequence));
        last = view->sequence;
      }
    });
  }
  for (std::uint64_t sequence = 1; sequence <= 1000; ++sequence) {
    board.publish({.sequence = sequence, .policy = std::to_string(sequence)});
  }
}

}  // namespace
}  // namespace drover::control
