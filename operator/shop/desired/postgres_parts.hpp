#pragma once
#include "operator/shop/desired/inputs.hpp"

#include <string>

namespace shop::desired {

// Of each server. A service has a pool of 6 and a few connections of its own (LISTEN, outbox) in each of at
// most 20 pods; four services share a server.
inline constexpr int max_connections = 500;
inline constexpr int connections_per_service = 120;

std::string postgres_image(const Inputs& in);

}  // namespace shop::desired
