#include "cli/load_report.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <numeric>

#include <nlohmann/json.hpp>

namespace drover::cli {
namespace {

using nlohmann::json;

Micros from_ms(double ms) { return Micros{std::llround(ms * 1000)}; }

std::int64_t sum(const std::vector<ClientReport>& clients, std::int64_t ClientReport::* field) {
  return std::accumulate(
      clients.begin(), clients.end(), std::int64_t{0},
      [field](std::int64_t total, const ClientReport& client) { return total + client.*field; });
}

json to_json(const ClientReport& client) {
  json stalls = json::array();
  for (const auto& stall : client.stalls) {
    stalls.push_back(to_json(stall));
  }
  return {{"name", client.name},         {"operations", client.operations},
          {"errors", client.errors},     {"reconnects", client.reconnects},
          {"p50_ms", to_ms(client.p50)}, {"p99_ms", to_ms(client.p99)},
          {"max_ms", to_ms(client.max)}, {"longest_stall_ms", to_ms(client.longest_stall)},
          {"stalls", std::move(stalls)}, {"error_texts", client.error_texts}};
}

// The helpers below throw json exceptions, which parse_load_report turns into an Error.
Instant time_of(const json& node, const char* field) {
  const auto parsed = parse_time(node.at(field).get<std::string>());
  return parsed ? *parsed : throw json::other_error::create(501, parsed.error().what, &node);
}

Stall read_stall(const json& node) {
  return {.start = time_of(node, "start"),
          .end = time_of(node, "end"),
          .length = from_ms(node.at("ms").get<double>())};
}

ClientReport read_client(const json& node) {
  ClientReport client;
  client.name = node.at("name").get<std::string>();
  client.operations = node.at("operations").get<std::int64_t>();
  client.errors = node.at("errors").get<std::int64_t>();
  client.reconnects = node.at("reconnects").get<std::int64_t>();
  client.p50 = from_ms(node.at("p50_ms").get<double>());
  client.p99 = from_ms(node.at("p99_ms").get<double>());
  client.max = from_ms(node.at("max_ms").get<double>());
  client.longest_stall = from_ms(node.at("longest_stall_ms").get<double>());
  std::ranges::transform(node.at("stalls"), std::back_inserter(client.stalls), read_stall);
  client.error_texts = node.at("error_texts").get<std::vector<std::string>>();
  return client;
}

LoadReport read_report(const json& node) {
  LoadReport report;
  report.started = time_of(node, "started");
  report.ended = time_of(node, "ended");
  std::ranges::transform(node.at("clients"), std::back_inserter(report.clients), read_client);
  report.p50 = from_ms(node.at("p50_ms").get<double>());
  report.p99 = from_ms(node.at("p99_ms").get<double>());
  report.counter = node.at("counter").get<std::int64_t>();
  report.lost = node.at("lost").get<std::int64_t>();
  report.duplicated = node.at("duplicated").get<std::int64_t>();
  report.corrupted = node.at("corrupted").get<std::int64_t>();
  report.data_bytes = node.at("data_bytes").get<std::int64_t>();
  report.seed = node.at("seed").get<std::uint64_t>();
  return report;
}

}  // namespace

double to_ms(Micros span) { return static_cast<double>(span.count()) / 1000.0; }

std::int64_t LoadReport::operations() const { return sum(clients, &ClientReport::operations); }
std::int64_t LoadReport::errors() const { return sum(clients, &ClientReport::errors); }
std::int64_t LoadReport::reconnects() const { return sum(clients, &ClientReport::reconnects); }

Micros LoadReport::longest_stall() const {
  Micros longest{0};
  for (const auto& client : clients) {
    longest = std::max(longest, client.longest_stall);
  }
  return longest;
}

bool LoadReport::faultless() const {
  return errors() == 0 && lost == 0 && duplicated == 0 && corrupted == 0;
}

ClientReport report_of(const ClientStats& stats) {
  return {.name = stats.name(),
          .operations = stats.operations(),
          .errors = stats.errors(),
          .reconnects = stats.reconnects(),
          .p50 = stats.latencies().quantile(0.50),
          .p99 = stats.latencies().quantile(0.99),
          .max = stats.latencies().max(),
          .longest_stall = stats.longest_stall(),
          .stalls = stats.stalls(),
          .error_texts = stats.error_texts()};
}

json to_json(const Stall& stall) {
  return {{"start", format_time(stall.start)},
          {"end", format_time(stall.end)},
          {"ms", to_ms(stall.length)}};
}

json to_json(const LoadReport& report) {
  json clients = json::array();
  for (const auto& client : report.clients) {
    clients.push_back(to_json(client));
  }
  return {{"started", format_time(report.started)},
          {"ended", format_time(report.ended)},
          {"operations", report.operations()},
          {"errors", report.errors()},
          {"reconnects", report.reconnects()},
          {"lost", report.lost},
          {"duplicated", report.duplicated},
          {"corrupted", report.corrupted},
          {"longest_stall_ms", to_ms(report.longest_stall())},
          {"p50_ms", to_ms(report.p50)},
          {"p99_ms", to_ms(report.p99)},
          {"counter", report.counter},
          {"data_bytes", report.data_bytes},
          {"seed", report.seed},
          {"clients", std::move(clients)}};
}

Result<LoadReport> parse_load_report(std::string_view text) {
  try {
    return read_report(json::parse(text));
  } catch (const json::exception& error) {
    return invalid(std::format("not a load report: {}", error.what()));
  }
}

Result<Stall> parse_stall(const json& node) {
  try {
    return read_stall(node);
  } catch (const json::exception& error) {
    return invalid(std::format("not a stall: {}", error.what()));
  }
}

std::string to_text(const LoadReport& report) {
  std::string text;
  for (const auto& client : report.clients) {
    text += std::format(
        "{:<7}{:>9} operations   p50 {:.2f} ms   p99 {:.2f} ms   max {:.1f} ms   longest stall "
        "{:.1f} ms\n",
        client.name, client.operations, to_ms(client.p50), to_ms(client.p99), to_ms(client.max),
        to_ms(client.longest_stall));
    for (const auto& error : client.error_texts) {
      text += std::format("  error: {}\n", error);
    }
  }
  return text +
         std::format("errors {}, reconnects {}, lost {}, duplicated {}, corrupted {}, counter {}\n",
                     report.errors(), report.reconnects(), report.lost, report.duplicated,
                     report.corrupted, report.counter);
}

}  // namespace drover::cli
