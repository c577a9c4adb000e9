#pragma once
#include "operator/kube/object/clocks.hpp"
#include "operator/kube/object/object.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace shop {

struct ClaimOptions {
  /// Of this operator, the same for all its replicas: namespace and name of its Lease.
  std::string identity = "default/shopkeeper-operator";
  /// An owner that does not answer a challenge for so long has lost the Shop.
  std::chrono::seconds expiry{120};
};

/// Which of several operators manages a Shop. The owner is named in status.operator.owner. It renews nothing,
/// so that a Shop at rest costs no request. Another operator that watches the Shop writes a challenge
/// (status.operator.challenger) and the condition Conflict; the owner, which watches the Shop too, removes
/// the challenge. A challenge that stands for `expiry`, by the challenger's clock, makes the challenger the
/// owner. No operator needs to read the other's Lease, which is in a namespace that it may have no access to.
/// Thread-safe.
class Claims {
 public:
  Claims(ClaimOptions options, const kube::Clocks& clocks) : options_(std::move(options)), clocks_(clocks) {}

  struct Decision {
    bool ours = false;                                 ///< reconcile it
    std::optional<kube::Object> status;                ///< a merge patch of the status to be written first
    std::optional<std::chrono::milliseconds> requeue;  ///< when to decide again
  };
  /// `shop` with its newest known status. The patch must be refused if the Shop has changed since.
  Decision decide(const kube::Object& shop);
  void forget(const kube::Key& key);

 private:
  Decision answer(const kube::Object& shop) const;
  Decision stand_back(const kube::Object& shop, const std::string& owner, const std::string& challenger);

  const ClaimOptions options_;
  const kube::Clocks clocks_;
  std::mutex lock_;
  struct Challenge {
    std::chrono::steady_clock::time_point since;
    bool open;
  };
  std::map<kube::Key, Challenge> challenges_;  // ours
};

}  // namespace shop
