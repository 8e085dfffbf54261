// The carbon API's data and settings, for `drover carbon serve` and for the controller.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/http/carbon_routes.h"
#include "api/store/served_carbon.h"
#include "api/store/synthetic_store.h"
#include "cluster/local/cluster_file.h"
#include "os/clock.h"

namespace drover::cli {

class CarbonService {
 public:
  struct Options {
    std::optional<std::string> store;  // file or postgresql:// URI; absent: the synthetic grid
    std::uint64_t seed = 1;            // of the synthetic grid
    api::Quantity otherwise;           // where a request does not say
  };
  // `clock` says what time it is in the data, and outlives this. kNotFound when the store is not
  // there, and what reading it says when it cannot be read.
  static Result<std::unique_ptr<CarbonService>> make(const Options& options, const Clock& clock);

  // Outlived by this.
  [[nodiscard]] api::CarbonApi api() {
    return {.data = data_, .clock = clock_, .otherwise = options_.otherwise};
  }

 private:
  CarbonService(const Options& options, const Clock& clock);
  Result<std::unique_ptr<carbon::Store>> open();

  Options options_;
  const Clock& clock_;
  os::RealClock real_;
  api::SyntheticGrid grid_;
  api::ServedCarbon data_;
};

// The same data as a cluster's decisions are made of.
Result<CarbonService::Options> carbon_options(const cluster::local::CarbonEntry& entry);

// Adds the carbon API to the controller's, for the operator's certificate.
void add_carbon_routes(os::HttpServer& server, CarbonService& service);

}  // namespace drover::cli
