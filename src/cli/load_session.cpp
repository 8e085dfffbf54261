#include "cli/load_session.h"

namespace drover::cli {

std::string_view to_string(LoadPhase phase) {
  switch (phase) {
    case LoadPhase::kPreparing:
      return "preparing";
    case LoadPhase::kRunning:
      return "running";
    case LoadPhase::kDone:
      return "done";
  }
  return "?";
}

LoadSession::LoadSession(const LoadOptions& options)
    : options_(options),
      counter_(options.client, clock_),
      reader_(options.client, clock_, make_data_set(options.seed, options.data_bytes)),
      counter_thread_(
          [this](const std::stop_token& stop) { work(counter_, counter_outcome_, stop); }),
      reader_thread_(
          [this](const std::stop_token& stop) { work(reader_, reader_outcome_, stop); }) {}

LoadSession::~LoadSession() { request_stop(); }

void LoadSession::request_stop() {
  counter_thread_.request_stop();
  reader_thread_.request_stop();
}

LoadPhase LoadSession::phase() const {
  if (ended_.load() == 2) {
    return LoadPhase::kDone;
  }
  return started_ms_.load() == 0 ? LoadPhase::kPreparing : LoadPhase::kRunning;
}

double LoadSession::filled_share() const {
  return static_cast<double>(reader_.filled()) / static_cast<double>(reader_.data().keys);
}

Result<LoadReport> LoadSession::finish() {
  counter_thread_.join();
  reader_thread_.join();
  if (!counter_outcome_ || !reader_outcome_) {
    return std::unexpected(counter_outcome_ ? reader_outcome_.error() : counter_outcome_.error());
  }
  LatencyHistogram all;
  LoadReport report;
  for (const auto* client : stats()) {
    all.merge(client->latencies());
    report.clients.push_back(report_of(*client));
  }
  report.started = Instant{Duration{started_ms_.load()}};
  report.ended = clock_.now().wall;
  report.p50 = all.quantile(0.50);
  report.p99 = all.quantile(0.99);
  report.counter = counter_.check().acknowledged();
  report.lost = counter_.check().lost() + reader_.lost();
  report.duplicated = counter_.check().duplicated();
  report.corrupted = reader_.corrupted();
  report.data_bytes = reader_.data().keys * static_cast<std::int64_t>(reader_.data().value_bytes);
  report.seed = options_.seed;
  return report;
}

void LoadSession::work(LoadClient& client, Result<>& outcome, const std::stop_token& stop) {
  outcome = client.prepare(stop);
  if (!outcome) {
    ++failed_;
  }
  ready_.arrive_and_wait();
  if (failed_.load() == 0) {
    started_ms_.store(clock_.now().wall.time_since_epoch().count());
    client.run(stop);
  }
  ++ended_;
}

}  // namespace drover::cli
