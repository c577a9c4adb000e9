#pragma once
#include <cstdint>

#include <nlohmann/json.hpp>

namespace kit {

/// One new Ed25519 private key as a JWK (RFC 8037), its kid the RFC 7638 thumbprint; `created_at` in Unix
/// seconds.
nlohmann::json generate_signing_key(std::int64_t created_at = 0);
/// {"keys":[…]} with one new key. Of such a set the first key signs.
nlohmann::json generate_signing_keys(std::int64_t created_at = 0);
/// The same set without what is private. Throws std::invalid_argument when it is no such set.
nlohmann::json public_keys(const nlohmann::json& signing_keys);

}  // namespace kit
