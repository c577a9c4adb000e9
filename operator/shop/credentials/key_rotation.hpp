#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

namespace shop {

/// Times in seconds that let signing keys rotate without a failed request. A new key is published before it
/// signs, so that every service has it (the kubelet updates a ConfigMap within about two minutes). The old
/// key stays published until its last token (15 minutes) has expired. Both are counted from what a pass has
/// recorded in the set, not from a plan, so that they hold after a pause of the operator too.
struct RotationTimes {
  std::int64_t period = 30 * 86400;
  std::int64_t publish = 600;
  std::int64_t retire = 3600;
};

/// A key set with one new key that signs from `now`.
nlohmann::json first_signing_keys(std::int64_t now);

/// The desired JWK set at `now` (Unix seconds), which may be `set` itself. Its first key signs.
///  - `published` are the kids of the public keys that the services can read. A new key has
///  `published_since`,
///    the time of the first pass that saw it there, and signs `publish` seconds later.
///  - A key that signs or has signed has `signs_since`. The others go `retire` seconds after the first key's.
///  - Keys of older operators have neither: they count from this pass.
///  - A `rotation` other than the set's last one starts a rotation at once, and so does an `nbf` (the planned
///    time of a key's first signature) that is `period` seconds ago or missing.
nlohmann::json rotated(nlohmann::json set, std::int64_t now, const std::string& rotation,
                       const std::set<std::string>& published, const RotationTimes& times = {});

/// When the next step of a rotation under way is due, in Unix seconds; nullopt when none is under way or it
/// waits for a key to be published.
std::optional<std::int64_t> rotation_due(const nlohmann::json& set, const RotationTimes& times = {});

}  // namespace shop
