// What the API tells, as text for people.
#pragma once

#include "cli/operator_api.h"

namespace drover::cli {

std::string describe_nodes(const Json& nodes);
std::string describe_pods(const Json& pods);
std::string describe_services(const Json& services);
// The feeds of live carbon data: the last good value of each and its age.
std::string describe_feeds(const Json& feeds);
std::string describe_migrations(const Json& migrations);

// One migration with its phases and how long each took.
std::string describe_timeline(const Json& migration);

}  // namespace drover::cli
