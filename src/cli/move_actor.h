// The control loop's hands: moves are live migrations.
#pragma once

#include "cli/migrations.h"
#include "control/actor.h"

namespace drover::cli {

class MoveActor final : public control::Actor {
 public:
  explicit MoveActor(Migrations& migrations) : migrations_(migrations) {}
  Result<MigrationId> begin(const control::MoveOrder& order) override;
  Result<control::Progress> poll(const MigrationId& id) override;

 private:
  Migrations& migrations_;
};

}  // namespace drover::cli
