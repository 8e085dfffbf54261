// drover's own command line, run by itself: what the demo and the benchmark make, they make as a
// user would.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "os/file.h"
#include "os/signal.h"

namespace drover::cli {

class OwnCommands {
 public:
  struct Options {
    os::Path drover;       // the program
    os::Path log;          // output of the latest command
    ClusterChoice choice;  // given to every command
  };

  OwnCommands(Options options, os::SignalWaiter& signals)
      : options_(std::move(options)), signals_(signals) {}

  // Fails with the end of the command's output. A signal ends the command, which then undoes what
  // it did: "interrupted".
  Result<> run(std::vector<std::string> words);
  // The same, but signals wait until it is over: for what cleans up.
  Result<> run_to_the_end(std::vector<std::string> words);

  [[nodiscard]] const ClusterChoice& choice() const { return options_.choice; }

 private:
  Result<> run(std::vector<std::string> words, bool may_be_interrupted);

  Options options_;
  os::SignalWaiter& signals_;
};

}  // namespace drover::cli
