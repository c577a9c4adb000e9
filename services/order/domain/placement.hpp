#pragma once
#include "services/kit/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace order {

/// What a client asks for by POST /orders.
struct Placement {
  kit::UserId user;
  std::string product;        ///< its name
  std::string product_field;  ///< what the client called it, "product" or "product_name": errors say that
  std::int64_t quantity = 1;  ///< 1 to 1000
};

/// Reads the request's body. `self` is the user whose token came with it: the one meant when user_id is not
/// there. Throws Problem 422 that names every field that is wrong.
Placement read_placement(const nlohmann::json& body, std::optional<kit::UserId> self);

/// The same text for requests that mean the same, whatever the order of their keys: what an idempotency key
/// stands for.
std::string canonical(const Placement& placement);

}  // namespace order
