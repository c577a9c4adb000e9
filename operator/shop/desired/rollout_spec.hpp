#pragma once
#include "operator/shop/spec/spec.hpp"

#include <optional>
#include <string>

namespace shop {

struct ShopContext;
struct Inputs;

/// Of a Deployment: rollout_id() of what it runs.
inline constexpr const char* rollout_annotation = "shopkeeper.dev/rollout";

/// A rollout that failed and is not tried again until the spec asks for another.
struct RefusedRollout {
  std::string id;  ///< rollout_id()
  std::string version;
  std::string reason;  ///< stable, CamelCase
  std::string message;
  bool operator==(const RefusedRollout&) const = default;
};

/// What `status.rollout` of a Shop remembers.
struct RolloutRecord {
  Json complete;  ///< rollout_spec() that all services last ran; null before there was one
  std::optional<RefusedRollout> refused;
  std::string previous_version;  ///< the one that was complete before
  bool operator==(const RolloutRecord&) const = default;
};

/// The part of a spec that decides what the services run and that is rolled back when they fail: images,
/// access, each service's resources and environment. Every key is always present.
Json rollout_spec(const ShopContext& context);
/// A digest of a rollout_spec().
std::string rollout_id(const Json& rollout_spec);
/// The inputs with this rollout_spec() in place of their own.
Inputs with_rollout_spec(Inputs in, const Json& rollout_spec);

/// From a Shop's status. For a status of an operator that kept no record, the last complete state is the spec
/// with status.version. Malformed content counts as missing.
RolloutRecord read_rollout(const Json& status, const ShopContext& context);
/// Sets it in a status that is written as a merge patch.
void write_rollout(Json& status, const RolloutRecord& record);

}  // namespace shop
