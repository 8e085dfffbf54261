#include "cli/carbon_service.h"

#include <utility>

#include "cli/carbon_store.h"
#include "cli/guarded.h"
#include "cluster/local/certificates.h"

namespace drover::cli {

CarbonService::CarbonService(const Options& options, const Clock& clock)
    : options_(options),
      clock_(clock),
      grid_(options.seed),
      data_([this] { return open(); }, real_) {}

Result<std::unique_ptr<carbon::Store>> CarbonService::open() {
  if (!options_.store) {
    return api::make_synthetic_store(grid_, clock_);
  }
  return open_existing_carbon_store(*options_.store);
}

Result<std::unique_ptr<CarbonService>> CarbonService::make(const Options& options,
                                                           const Clock& clock) {
  std::unique_ptr<CarbonService> service(new CarbonService(options, clock));
  return service->data_.zones().transform([&](const api::Zones&) { return std::move(service); });
}

Result<CarbonService::Options> carbon_options(const cluster::local::CarbonEntry& entry) {
  const auto kind = carbon::parse_kind(entry.kind);
  const auto scope = carbon::parse_scope(entry.scope);
  if (!kind || !scope) {
    return std::unexpected(kind ? scope.error() : kind.error());
  }
  return CarbonService::Options{
      .store = entry.store,
      .seed = entry.seed,
      .otherwise = {.kind = *kind, .scope = *scope, .basis = {}, .source = entry.source}};
}

void add_carbon_routes(os::HttpServer& server, CarbonService& service) {
  api::add_carbon_routes(server, service.api(), [](const auto& /*route*/, os::HttpHandler handler) {
    return guarded({cluster::local::operator_identity()}, std::move(handler));
  });
}

}  // namespace drover::cli
