#pragma once
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

namespace shop {

/// Times in seconds that let signing keys rotate without a failed request. A new key is published before it
/// signs, so that every service has it (the kubelet updates a ConfigMap within about two minutes). The old
/// key stays published until its last token (15 minutes) has expired.
struct RotationTimes {
  std::int64_t period = 30 * 86400;
  std::int64_t publish = 600;
  std::int64_t retire = 3600;
};

/// A key set with one new key that signs from `now`.
nlohmann::json first_signing_keys(std::int64_t now);

/// The desired JWK set at `now` (Unix seconds), which may be `set` itself. A key signs from its `nbf`. A
/// `rotation` other than the set's last one starts a rotation at once. Keys without `nbf`, of older
/// operators, count as old.
nlohmann::json rotated(nlohmann::json set, std::int64_t now, const std::string& rotation,
                       const RotationTimes& times = {});

}  // namespace shop
