#include "cli/describe.h"

#include <format>

#include "cli/carbon_fetch_report.h"
#include "cli/table.h"

namespace drover::cli {
namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;
constexpr double kMillisecondsPerSecond = 1000;

std::string or_dash(std::string text) { return text.empty() ? "-" : text; }

std::string intensity(const Json& node) {
  const auto found = node.find("intensity_g_per_kwh");
  return found != node.end() && found->is_number()
             ? std::format("{:.0f} g/kWh", found->get<double>())
             : "unknown";
}

std::string of_total(double free, double total, std::string_view unit) {
  return std::format("{:.4g} of {:.4g}{}", free, total, unit);
}

std::string list(const Json& items, const auto& describe_item) {
  std::string text;
  for (const auto& item : items) {
    text += (text.empty() ? "" : ", ") + describe_item(item);
  }
  return or_dash(text);
}

double duration_ms(const Json& phase) {
  return (number_field(phase, "end_s") - number_field(phase, "start_s")) * kMillisecondsPerSecond;
}

// Of the whole migration; of one that is open, so far as its phases have ended.
double total_s(const Json& migration) {
  double total = 0;
  for (const auto& phase : migration.value("phases", Json::array())) {
    total = std::max(total, number_field(phase, "end_s"));
  }
  return total;
}

}  // namespace

std::string describe_nodes(const Json& nodes) {
  Table table({"NODE", "ZONE", "STATE", "INTENSITY NOW", "CPU FREE", "MEMORY FREE", "PODS"});
  for (const auto& node : nodes) {
    table.add({field(node, "name"), field(node, "zone"),
               field(node, "ready") == "true" ? "ready" : "not ready", intensity(node),
               of_total(number_field(node, "cpu_free_cores"), number_field(node, "cpu_cores"), ""),
               of_total(number_field(node, "memory_free_bytes") / kMebibyte,
                        number_field(node, "memory_bytes") / kMebibyte, " MiB"),
               field(node, "pods")});
  }
  return table.text();
}

std::string describe_pods(const Json& pods) {
  Table table({"POD", "PHASE", "NODE", "ZONE", "ADDRESS", "REMARK"});
  for (const auto& pod : pods) {
    const bool deleting = field(pod, "deleting") == "true";
    const auto message = field(pod, "message");
    table.add({field(pod, "name"), field(pod, "phase"), or_dash(field(pod, "node")),
               or_dash(field(pod, "zone")), or_dash(field(pod, "ip")),
               deleting && message.empty() ? "is being deleted" : message});
  }
  return table.text();
}

std::string describe_services(const Json& services) {
  Table table({"SERVICE", "ADDRESS", "PORTS", "PODS"});
  for (const auto& service : services) {
    table.add({field(service, "name"), field(service, "clusterIP"),
               list(service.value("ports", Json::array()),
                    [](const Json& port) {
                      return std::format("{}->{}/{}", field(port, "port"),
                                         field(port, "targetPort"), field(port, "protocol"));
                    }),
               list(service.value("pods", Json::array()),
                    [](const Json& pod) { return pod.get<std::string>(); })});
  }
  return table.text();
}

std::string describe_feeds(const Json& feeds) {
  Table table({"CARBON ZONE", "PROVIDER", "SIGNAL", "LAST", "AGE", "STATE"});
  for (const auto& feed : feeds) {
    const auto last = feed.value("last", Json());
    const bool known = last.is_object();
    const double seconds = known ? number_field(last, "age_s") : 0;
    const auto age = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
    table.add({field(feed, "zone"), field(feed, "provider"), field(feed, "signal"),
               known ? std::format("{:.0f} g/kWh", number_field(last, "g_per_kwh")) : "-",
               known ? age_text(age) : "-", field(feed, "state")});
  }
  return table.text();
}

std::string describe_migrations(const Json& migrations) {
  Table table({"MIGRATION", "POD", "FROM", "TO", "OUTCOME", "PHASE", "TOOK", "SENT", "BECAUSE"});
  for (const auto& migration : migrations) {
    const auto error = field(migration, "error");
    table.add({field(migration, "id"), field(migration, "pod"), field(migration, "from"),
               field(migration, "to"), field(migration, "outcome"), field(migration, "phase"),
               std::format("{:.2f} s", total_s(migration)),
               std::format("{:.1f} MiB", number_field(migration, "bytes") / kMebibyte),
               or_dash(error.empty() ? field(migration, "reason") : error)});
  }
  return table.text();
}

std::string describe_timeline(const Json& migration) {
  auto text = std::format("migration {} of pod {} from {} to {}: {}\n", field(migration, "id"),
                          field(migration, "pod"), field(migration, "from"), field(migration, "to"),
                          field(migration, "outcome"));
  Table table({"  PHASE", "BEGAN", "TOOK"});
  for (const auto& phase : migration.value("phases", Json::array())) {
    const bool ended = phase.contains("end_s") && phase["end_s"].is_number();
    table.add({"  " + field(phase, "name"), std::format("{:.3f} s", number_field(phase, "start_s")),
               ended ? std::format("{:.0f} ms", duration_ms(phase)) : "is in it"});
  }
  text += table.text();
  text += std::format("  {:.1f} MiB sent\n", number_field(migration, "bytes") / kMebibyte);
  if (const auto error = field(migration, "error"); !error.empty()) {
    text += "  " + error + "\n";
  }
  return text;
}

}  // namespace drover::cli
