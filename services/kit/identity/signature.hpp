#pragma once
#include "services/kit/identity/jwt.hpp"

#include <string_view>

namespace kit::identity {

/// Verifies the raw JWS signature (r and s concatenated for ES256) of `message` with the key's own algorithm.
bool signature_valid(const Key& key, std::string_view message, std::string_view signature);

}  // namespace kit::identity
