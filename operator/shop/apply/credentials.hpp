#pragma once
#include "operator/kube/client/client.hpp"
#include "operator/shop/desired/inputs.hpp"
#include "operator/shop/observed/observed.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace shop {

/// What the pass did about the signing keys.
struct KeyRotation {
  std::string promoted;                                ///< kid of the key that signs from now on; else empty
  std::optional<std::chrono::milliseconds> next_step;  ///< from now; nullopt: nothing is due soon
};

/// Creates the Shop's passwords, signing keys and, for managed databases, certificates where they are
/// missing. Renews the certificates when it is time, and rotates the keys when it is time or when `rotation`
/// (the Shop's annotation shopkeeper.dev/rotate-keys) is new: see renewed() and rotated(). Secrets that
/// another run has just created are kept. Adds the Secrets to `observed`. `now` is in Unix seconds. Throws
/// kube::ApiError (also for a conflict), NameTaken, and std::invalid_argument for a Secret that cannot be
/// read.
KeyRotation ensure_credentials(const ShopContext& context, Observed& observed, kube::Api& api,
                               const std::string& rotation, std::int64_t now);

}  // namespace shop
