#pragma once
#include "operator/kube/watch/cache.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace shop {

/// Whether each Shop is ready, degraded and backed up, kept for the metrics, which would otherwise read every
/// Shop at each scrape. Thread-safe.
class ShopStates {
 public:
  struct Backups {
    bool healthy = false;
    double last = 0;  ///< Unix time; 0 when there is none
  };
  struct State {
    bool ready = false;
    bool degraded = false;
    std::optional<Backups> backups{};  ///< nullopt for a Shop without backups
  };
  /// Takes over a change of a cache of Shops.
  void take(const kube::Change& change);
  void each(const std::function<void(const kube::Key&, const State&)>& act) const;

 private:
  mutable std::mutex lock_;
  std::map<kube::Key, State> states_;
};

}  // namespace shop
