#include "migrate/worker.h"

#include <array>
#include <format>

namespace drover::migrate {
namespace {

// Every reason at once: users ask for a readable preflight more than for anything else.
Result<StepReply> verdict(const std::vector<std::string>& reasons) {
  if (reasons.empty()) {
    return StepReply{};
  }
  std::string text;
  for (const auto& reason : reasons) {
    text += (text.empty() ? "" : "; ") + reason;
  }
  return conflict(text);
}

void add(std::vector<std::string>& all, std::vector<std::string> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

auto no_reply() {
  return [] { return StepReply{}; };
}

// Pure checks leave nothing behind, so nothing of them is remembered: asked again, they look again.
bool is_check(Step step) { return step == Step::kCheckSource || step == Step::kCheckDestination; }

}  // namespace

Worker::Handler Worker::handler_of(Step step) {
  // In the order of Step.
  static constexpr std::array<Handler, kStepCount> kHandlers = {
      &Worker::check_source, &Worker::check_destination,
      &Worker::prepare,      &Worker::freeze,
      &Worker::dump,         &Worker::send,
      &Worker::address,      &Worker::restore,
      &Worker::release,      &Worker::drain,
      &Worker::thaw,         &Worker::discard,
  };
  return kHandlers[static_cast<std::size_t>(step)];
}

Result<StepReply> Worker::perform(const StepRequest& request) {
  const auto expected =
      side_of(request.step) == Side::kSource ? request.source : request.destination;
  if (expected != node_) {
    return invalid(std::format("step {} of {} is for node '{}', this is '{}'",
                               to_string(request.step), request.id, expected, node_));
  }
  const auto turn = turns_.take(request.id.str());
  if (is_check(request.step)) {
    return (this->*handler_of(request.step))(request);
  }
  if (auto begun = ports_.log.begin(request); !begun) {
    return std::unexpected(begun.error());
  }
  const auto known = ports_.log.finished(request.id, request.step);
  if (!known) {
    return std::unexpected(known.error());
  }
  if (*known) {
    return **known;
  }
  announce(request, "before");
  auto reply = (this->*handler_of(request.step))(request);
  if (reply) {
    announce(request, "after");
    if (auto finished = ports_.log.finish(request, *reply); !finished) {
      return std::unexpected(finished.error());
    }
  }
  return reply;
}

Result<StepReply> Worker::check_source(const StepRequest& request) {
  const auto pod = ports_.pods.find(request.pod);
  if (!pod) {
    return std::unexpected(pod.error());
  }
  auto reasons = ports_.engine.node_obstacles();
  if (pod->containers.empty()) {
    reasons.push_back(std::format("pod '{}' has no running container", request.pod));
  }
  for (const auto& container : pod->containers) {
    add(reasons, ports_.engine.obstacles(container));
  }
  if (auto reached = ports_.transfer.reach(request.destination, request.destination_endpoint);
      !reached) {
    reasons.push_back(reached.error().what);
  }
  return verdict(reasons);
}

Result<StepReply> Worker::check_destination(const StepRequest& request) {
  auto reasons = ports_.engine.node_obstacles();
  add(reasons, ports_.pods.obstacles(request.spec));
  return verdict(reasons);
}

Result<StepReply> Worker::prepare(const StepRequest& request) {
  return ports_.pods.prepare(request.spec, request.id)
      .and_then([&](const PodHandle& pod) { return ports_.lock.close(pod, request.id); })
      .and_then([&] { return ports_.pods.staging(request.id); })
      .transform([](const auto&) { return StepReply{}; });
}

Result<StepReply> Worker::freeze(const StepRequest& request) {
  const auto pod = ports_.pods.find(request.pod);
  if (!pod) {
    return std::unexpected(pod.error());
  }
  if (auto turned = ports_.lock.turn_away(*pod, request.id); !turned) {
    return std::unexpected(turned.error());
  }
  for (const auto& container : pod->containers) {
    if (auto paused = ports_.engine.pause(container); !paused) {
      return std::unexpected(paused.error());
    }
  }
  return ports_.lock.close(*pod, request.id).transform(no_reply());
}

Result<StepReply> Worker::dump(const StepRequest& request) {
  const auto pod = ports_.pods.find(request.pod);
  const auto staging = ports_.pods.staging(request.id);
  if (!pod || !staging) {
    return std::unexpected(pod ? staging.error() : pod.error());
  }
  // The source's kernel would acknowledge data that is in no image: never dump in front of an open
  // lock.
  const auto closed = ports_.lock.closed(*pod, request.id);
  if (!closed || !*closed) {
    return closed ? conflict("the network lock of the source is not closed")
                  : std::unexpected(closed.error());
  }
  StepReply reply;
  for (const auto& container : pod->containers) {
    const auto bytes =
        ports_.engine.dump(request.id, container, *staging / "images" / container.name);
    if (!bytes) {
      return std::unexpected(bytes.error());
    }
    reply.image_bytes += *bytes;
  }
  return reply;
}

Result<StepReply> Worker::send(const StepRequest& request) {
  const auto pod = ports_.pods.find(request.pod);
  const auto staging = ports_.pods.staging(request.id);
  if (!pod || !staging) {
    return std::unexpected(pod ? staging.error() : pod.error());
  }
  Shipment shipment{.id = request.id,
                    .pod = request.pod,
                    .destination = request.destination,
                    .endpoint = request.destination_endpoint,
                    .trees = pod->deltas};
  for (const auto& container : pod->containers) {
    shipment.trees.push_back(
        {.name = "images/" + container.name, .dir = *staging / "images" / container.name});
  }
  return ports_.transfer.send(shipment).transform(
      [](const TransferReport& report) { return StepReply{.sent_bytes = report.sent}; });
}

Result<StepReply> Worker::address(const StepRequest& request) {
  const auto pod = ports_.pods.find(request.pod);
  if (!pod) {
    return std::unexpected(pod.error());
  }
  // CRIU binds the address, so it must be there before the restore; nobody may answer on it before
  // the commit.
  const auto closed = ports_.lock.closed(*pod, request.id);
  if (!closed || !*closed) {
    return closed ? conflict("the network lock of the destination is not closed")
                  : std::unexpected(closed.error());
  }
  return StepReply{};
}

Result<StepReply> Worker::restore(const StepRequest& request) {
  const auto pod = ports_.pods.find(request.pod);
  const auto staging = ports_.pods.staging(request.id);
  if (!pod || !staging) {
    return std::unexpected(pod ? staging.error() : pod.error());
  }
  if (const auto arrived = ports_.transfer.arrived(request.id); !arrived || !*arrived) {
    return arrived ? conflict("the checkpoint has not arrived whole")
                   : std::unexpected(arrived.error());
  }
  for (const auto& container : pod->containers) {
    const Offer offer{.id = request.id,
                      .epoch = request.epoch,
                      .pod = request.pod,
                      .container = container.name,
                      .image_path = *staging / "images" / container.name,
                      .work_path = *staging / "work" / container.name};
    auto offered = ports_.rendezvous.offer(offer).and_then(
        [&] { return ports_.rendezvous.ready(request.id, container.name); });
    if (!offered) {
      return std::unexpected(offered.error());
    }
  }
  if (auto started = ports_.pods.start(request.pod); !started) {
    return std::unexpected(started.error());
  }
  for (const auto& container : pod->containers) {
    const auto state = ports_.rendezvous.wait(
        request.id, container.name, options_.restore_limit,
        [](const RestoreState& s) { return s.restored || s.end.has_value(); });
    if (!state) {
      // Not "unavailable": asking again cannot help a runtime that never came.
      const auto why = ports_.pods.failure(request.pod);
      return conflict(why.empty() ? state.error().what : why);
    }
    if (state->end) {
      return conflict(
          std::format("restoring container '{}': {}", container.name, state->end->error));
    }
  }
  return StepReply{};
}

Result<StepReply> Worker::release(const StepRequest& request) {
  const auto pod = ports_.pods.find(request.pod);
  const auto closed =
      pod.and_then([&](const PodHandle& handle) { return ports_.lock.closed(handle, request.id); });
  if (!closed) {
    return std::unexpected(closed.error());
  }
  // An open lock says that an earlier attempt has let the copy run; what may be left is to tidy up.
  const auto reply = *closed ? let_run(request, *pod) : Result<StepReply>(StepReply{});
  if (!reply || reply->never_ran) {
    return reply;
  }
  return ports_.lock.open(*pod, request.id)
      .and_then([&] { return await_runtimes(request, *pod); })
      .and_then([&] { return ports_.pods.adopt(request.pod); })
      .and_then([&] { return ports_.pods.drop_staging(request.id); })
      .and_then([&] { return ports_.rendezvous.clear(request.id); })
      .transform(no_reply());
}

// Returns when every container may run: its sockets have left repair mode by then, so the lock can
// open before CRIU and the runtime have tidied up and returned.
Result<StepReply> Worker::let_run(const StepRequest& request, const PodHandle& pod) {
  for (const auto& container : pod.containers) {
    if (auto told = ports_.rendezvous.commit(request.id, container.name); !told) {
      return std::unexpected(told.error());
    }
  }
  bool none_ran = !pod.containers.empty();
  std::string error;
  for (const auto& container : pod.containers) {
    const auto state = ports_.rendezvous.wait(
        request.id, container.name, options_.restore_limit,
        [](const RestoreState& s) { return s.resuming || s.end.has_value(); });
    if (!state) {
      return std::unexpected(state.error());
    }
    none_ran = none_ran && !state->resuming && state->end->exit_code != 0;
    error += state->end ? state->end->error : "";
  }
  // Late failure: the restore broke after the commit but before the copy's first instruction, and
  // our lock, still closed, let no packet out. Only then may the source live on.
  if (none_ran) {
    return StepReply{.never_ran = true, .detail = error};
  }
  if (!error.empty()) {
    return internal(std::format("pod '{}' was committed but not all of it was restored: {}",
                                request.pod, error));
  }
  return StepReply{};
}

Result<> Worker::await_runtimes(const StepRequest& request, const PodHandle& pod) {
  for (const auto& container : pod.containers) {
    const auto state = ports_.rendezvous.wait(
        request.id, container.name, options_.restore_limit,
        [](const RestoreState& s) { return !s.offered || s.end.has_value(); });
    if (!state) {
      return std::unexpected(state.error());
    }
    if (state->end && state->end->exit_code != 0) {
      return internal(
          std::format("container '{}' was committed and may have run, then its restore failed: {}",
                      container.name, state->end->error));
    }
  }
  return {};
}

Result<StepReply> Worker::drain(const StepRequest& request) {
  // SIGKILL makes the kernel send FIN or RST with the live 4-tuples: the lock stays until the
  // namespace is gone.
  return ports_.engine.settle(request.id)
      .and_then([&] { return ports_.pods.remove(request.pod); })
      .and_then([&] { return ports_.pods.drop_staging(request.id); })
      .transform(no_reply());
}

Result<StepReply> Worker::thaw(const StepRequest& request) {
  const auto frozen = ports_.log.begun(request.id, Step::kFreeze);
  if (!frozen) {
    return std::unexpected(frozen.error());
  }
  if (!*frozen) {
    return StepReply{};
  }
  if (auto settled = ports_.engine.settle(request.id); !settled) {
    return std::unexpected(settled.error());
  }
  const auto pod = ports_.pods.find(request.pod);
  if (!pod) {
    return std::unexpected(pod.error());
  }
  if (auto opened = ports_.lock.open(*pod, request.id); !opened) {
    return std::unexpected(opened.error());
  }
  for (const auto& container : pod->containers) {
    if (auto resumed = ports_.engine.resume(container); !resumed) {
      return std::unexpected(resumed.error());
    }
  }
  return ports_.pods.drop_staging(request.id).transform(no_reply());
}

Result<StepReply> Worker::discard(const StepRequest& request) {
  // A pod of this name that was here before is not ours to remove.
  const auto ours = ports_.log.begun(request.id, Step::kPrepare);
  if (!ours) {
    return std::unexpected(ours.error());
  }
  if (!*ours) {
    return StepReply{};
  }
  return ports_.rendezvous.abort(request.id)
      .and_then([&] { return ports_.pods.remove(request.pod); })
      .and_then([&] { return ports_.pods.drop_staging(request.id); })
      .and_then([&] { return ports_.rendezvous.clear(request.id); })
      .transform(no_reply());
}

void Worker::announce(const StepRequest& request, std::string_view moment) const {
  if (ports_.at) {
    ports_.at(std::format("{}:{}", to_string(request.step), moment));
  }
}

}  // namespace drover::migrate
