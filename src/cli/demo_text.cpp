#include "cli/demo_text.h"

#include <algorithm>
#include <format>

#include "cli/demo_timeline.h"

namespace drover::cli {
namespace {

constexpr std::size_t kBarColumns = 44;

double seconds_of(const DemoMigration& migration) {
  return migration.phases.empty() ? 0 : migration.phases.back().end_s;
}

std::string migration_line(std::size_t number, const DemoMigration& migration, double scale) {
  const auto hour = migration.hour ? short_time(*migration.hour) : "by hand";
  const auto way = std::format("{} → {}", migration.from, migration.to);
  const auto stood = standstill_s(migration.phases);
  return std::format("{:>3}  {}  {} {} {:>9.1f} MiB {:>7.2f} s {:>7.2f} s {:>7.0f} ms  {}\n",
                     number, padded(hour, 16), padded(way, 14), padded(migration.outcome, 9),
                     migration.bytes.mebibytes(), seconds_of(migration), stood.value_or(0),
                     to_ms(migration.stall.value_or(Micros{0})),
                     phase_bar(migration.phases, scale));
}

std::string migrations_of(const DemoReport& report, const Style& style) {
  auto text = style.bold("Migrations") + "\n";
  if (report.migrations.empty()) {
    return text + "  none\n";
  }
  double longest = 0;
  for (const auto& migration : report.migrations) {
    longest = std::max(longest, seconds_of(migration));
  }
  const auto scale = std::max(longest / kBarColumns, 0.001);
  text += style.dim(std::format(
      "  #  {:<16}  {:<14} {:<9} {:>13} {:>9} {:>9} {:>10}  phases, one column = {:.0f} ms\n",
      "hour (UTC)", "from → to", "outcome", "sent", "total", "frozen", "stall", scale * 1000));
  for (std::size_t i = 0; i < report.migrations.size(); ++i) {
    text += migration_line(i + 1, report.migrations[i], scale);
    if (!report.migrations[i].error.empty()) {
      text += std::format("     {}\n", style.bad(report.migrations[i].error));
    }
  }
  text += style.dim("     " + phase_legend() + "; capitals: it stands still\n");
  return text + style.dim(
                    "     stall: the clients' longest silence meanwhile, measured; all times here "
                    "are real seconds\n");
}

std::string clients_of(const DemoReport& report, const Style& style) {
  auto text = style.bold("Clients") + "\n";
  for (const auto& client : report.client.clients) {
    text += std::format(
        "  {:<7} {:>8} operations   p50 {:.2f} ms   p99 {:.2f} ms   longest stall {:.0f} ms\n",
        client.name, client.operations, to_ms(client.p50), to_ms(client.p99),
        to_ms(client.longest_stall));
    for (const auto& error : client.error_texts) {
      text += std::format("    {}\n", style.bad(error));
    }
  }
  return text + std::format(
                    "  errors {}, reconnects {}, lost {}, duplicated {}, corrupted {}; {:.0f} MiB "
                    "of verified data\n",
                    report.client.errors(), report.client.reconnects(), report.client.lost,
                    report.client.duplicated, report.client.corrupted,
                    Bytes{report.client.data_bytes}.mebibytes());
}

std::string emissions_table(const DemoReport& report, const Style& style) {
  auto text =
      style.bold("Emissions") + std::format(" of {:.0f} W for {} h, modelled from {}\n",
                                            report.power.watts(), report.hours, data_label(report));
  const auto stay = emissions_of(report, "stay");
  for (const auto& row : report.emissions) {
    const auto against = stay && stay->grams() > 0 && row.policy != "stay"
                             ? std::format("{:+6.1f} %", (row.carbon / *stay - 1) * 100)
                             : std::string(8, ' ');
    const auto line = std::format("  {:<20} {:>9.1f} g  {}  {:>2} moves  {}\n", row.policy,
                                  row.carbon.grams(), against, row.moves, row.basis);
    text += row.policy == report.policy ? style.bold(line) : line;
  }
  return text + style.dim(std::format("  assumed: the same constant draw everywhere, and {:.0f} s "
                                      "at both ends for each move\n",
                                      static_cast<double>(report.move_duration.count()) / 1000));
}

std::string study_of(const DemoReport& report, const Style& style) {
  if (!report.study || report.study->windows == 0) {
    return "";
  }
  const auto& study = *report.study;
  const auto percent = [&](std::size_t count) {
    return static_cast<double>(count) * 100 / static_cast<double>(study.windows);
  };
  return style.bold("How typical is this window?") +
         std::format(" {} windows of {} h from {} to {}, simulated\n", study.windows, report.hours,
                     short_time(study.first), short_time(study.last)) +
         std::format(
             "  {} no higher than immediate in {:.0f} %, than stay in {:.0f} %; in sum {:+.1f} % "
             "against immediate\n",
             report.policy, percent(study.no_worse_than_immediate),
             percent(study.no_worse_than_stay), -study.mean_saving * 100) +
         std::format(
             "  3 or more moves in {:.0f} %; all of this at once in {:.0f} %. Shown is the middle "
             "one of the latter.\n",
             percent(study.enough_moves), percent(study.all));
}

std::string claims_text(const DemoReport& report, const Style& style) {
  auto text = style.bold("Claims") + "\n";
  for (const auto& claim : claims_of(report)) {
    text += std::format("  {} {}\n", claim.holds ? style.good("✓") : style.bad("✗"), claim.text);
  }
  return text;
}

}  // namespace

std::string short_time(Instant instant) {
  auto text = format_time(instant).substr(0, 16);
  std::ranges::replace(text, 'T', ' ');
  return text;
}

std::string data_label(const DemoReport& report) {
  return report.real_data ? std::format("REAL data ({})", report.source)
                          : std::string("SYNTHETIC data");
}

std::string to_text(const DemoReport& report, const Style& style) {
  auto text =
      std::format("\n{} {}, {} h from {} UTC, one hour in {:.1f} s, policy {}, forecaster {}\n\n",
                  style.bold("drover demo:"), data_label(report), report.hours,
                  short_time(report.start), 3600 / report.speed, report.policy, report.forecaster);
  text += migrations_of(report, style) + "\n" + clients_of(report, style) + "\n" +
          emissions_table(report, style) + "\n";
  const auto study = study_of(report, style);
  return text + (study.empty() ? "" : study + "\n") + claims_text(report, style);
}

}  // namespace drover::cli
