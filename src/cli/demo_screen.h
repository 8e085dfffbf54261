// Where the demo's course is shown: redrawn in place on a terminal, plain lines elsewhere.
#pragma once

#include <string>

#include "cli/demo_view.h"

namespace drover::cli {

class DemoScreen {
 public:
  DemoScreen(bool terminal, std::size_t columns) : terminal_(terminal), columns_(columns) {}

  // What to print for the view as it is now; may be nothing. `fresh`: an hour or a move has begun
  // or ended.
  std::string next(const DemoView& view, bool fresh);

 private:
  std::string plain(const DemoView& view, bool fresh);

  bool terminal_;
  std::size_t columns_;
  Redraw redraw_;
  std::string stage_;
  Instant hour_;
  std::size_t begun_moves_ = 0;
  std::size_t ended_moves_ = 0;
};

}  // namespace drover::cli
