// One migration: what was asked, where it stands, what it took.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "base/units.h"
#include "migrate/machine.h"

namespace drover::migrate {

// Grows by one each time a coordinator (re)starts; an agent refuses a step of an older epoch, so
// that a command of a coordinator that died cannot overtake its successor.
using Epoch = std::int64_t;

struct Request {
  std::string key;  // chosen by the caller; asking twice with one key is one migration
  WorkloadId pod;
  NodeId source;
  NodeId destination;
  std::string reason;  // for people
  std::string
      spec;  // the pod as its backend wrote it down; opaque here, given to the destination's agent
};

// A phase that was entered, in real time since the Unix epoch; `end` is the moment the next one was
// entered.
struct PhaseSpan {
  Phase phase = Phase::kPreflight;
  Instant start;
  Instant end;
  std::string detail;  // error text, sub-timings; empty when there is nothing to say
};

struct Migration {
  MigrationId id;
  Request request;
  Phase phase = Phase::kPreflight;
  Instant begun;
  Instant ended;  // valid when is_terminal(phase)
  std::vector<PhaseSpan>
      timeline;       // in order; repeated phases appear once, from first entry to last exit
  Bytes image_bytes;  // checkpoint images as dumped
  Bytes sent_bytes;   // on the wire, compressed
  std::string error;  // why it was rolled back; what delays an open one is its last span's detail

  [[nodiscard]] bool open() const { return !is_terminal(phase); }
};

// From the first step of the freeze to the end of the release: how long no copy ran. Zero when it
// never froze.
Duration freeze_time(const Migration& migration);

}  // namespace drover::migrate
