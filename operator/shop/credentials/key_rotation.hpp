#pragma once
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

namespace shop {

/// How the keys that sign access tokens change without a failed request, in seconds. A new key is published
/// first: it is in every service's key set (the kubelet brings a changed ConfigMap within about two minutes)
/// before anything is signed with it. The old one stays published until its last token (15 minutes) has long
/// expired.
struct RotationTimes {
  std::int64_t period = 30 * 86400;
  std::int64_t publish = 600;
  std::int64_t retire = 3600;
};

/// A set with one new key that signs from `now` on.
nlohmann::json first_signing_keys(std::int64_t now);

/// The JWK set as it is to be at `now` (Unix seconds); the same set when nothing is to be done. Of each key,
/// `nbf` says from when on it signs. `asked` that differs from what the set was last rotated for starts a
/// rotation at once. Keys of older operators have no `nbf`: they are taken to be old.
nlohmann::json rotated(nlohmann::json set, std::int64_t now, const std::string& asked,
                       const RotationTimes& times = {});

}  // namespace shop
