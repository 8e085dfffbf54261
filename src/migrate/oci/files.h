// Names and forms of the rendezvous files, for the agent and for drover-runtime
// (docs/formats/restore-rendezvous.md).
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "migrate/rendezvous.h"

namespace drover::migrate {

// One container's directory: <restores>/<migration>/<container>/. A file that exists is a fact;
// each is written once, durably, by one party.
struct RendezvousFiles {
  std::filesystem::path dir;
  [[nodiscard]] std::filesystem::path offer() const { return dir / "offer.json"; }
  [[nodiscard]] std::filesystem::path ready() const { return dir / "ready"; }
  [[nodiscard]] std::filesystem::path abort() const { return dir / "abort"; }
  [[nodiscard]] std::filesystem::path consumed() const { return dir / "consumed"; }
  [[nodiscard]] std::filesystem::path restored() const { return dir / "restored"; }
  [[nodiscard]] std::filesystem::path commit() const { return dir / "commit"; }
  [[nodiscard]] std::filesystem::path resuming() const { return dir / "resuming"; }
  [[nodiscard]] std::filesystem::path done() const { return dir / "done.json"; }
};

std::string offer_to_json(const Offer& offer);
Result<Offer> offer_from_json(const std::string& text);
std::string end_to_json(const RestoreEnd& end);
Result<RestoreEnd> end_from_json(const std::string& text);

}  // namespace drover::migrate
