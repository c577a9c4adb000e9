#pragma once
#include "operator/kube/client.hpp"
#include "operator/shop/desired/inputs.hpp"
#include "operator/shop/observed/observed.hpp"
#include "operator/shop/plan/plan.hpp"

#include <optional>
#include <vector>

namespace shop {

/// An object that has the name of one of ours but is somebody else's: it is left alone.
class NameTaken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
/// Throws NameTaken unless `object` is controlled by the owner with this uid.
void check_ours(const kube::Object& object, const std::string& owner_uid);

/// The passwords and signing keys as they are; false when one of the Secrets, or something in it, is missing.
/// Throws std::invalid_argument for what cannot be read.
bool read_generated(Inputs& in, const Observed& observed);

/// Makes what read_generated() misses, once: what another run has made meanwhile is taken over, nothing that
/// is there is changed. Fills in passwords and signing keys and adds the Secrets to `observed`. Throws
/// kube::ApiError, NameTaken.
void ensure_generated(Inputs& in, Observed& observed, kube::Api& api, std::int64_t now);

/// Takes the signing keys one step on where it is time to, or where `asked` (the Shop's annotation
/// shopkeeper.dev/rotate-keys) is new: see rotated(). Throws kube::ApiError, a conflict too.
void rotate_signing_keys(Inputs& in, Observed& observed, kube::Api& api, const std::string& asked,
                         std::int64_t now);

/// Reads the Secrets that the spec names: sets `in.secret_digests`, returns those that are missing.
std::vector<MissingSecret> check_secrets(Inputs& in, kube::Api& api);

}  // namespace shop
