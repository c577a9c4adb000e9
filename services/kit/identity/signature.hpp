#pragma once
#include "services/kit/identity/jwt.hpp"

#include <string_view>

namespace kit::identity {

/// True when `signature` (raw, as in a JWS: r and s side by side for ES256) over `message` is by `key`, with
/// the algorithm that the key is pinned to.
bool signature_valid(const Key& key, std::string_view message, std::string_view signature);

}  // namespace kit::identity
