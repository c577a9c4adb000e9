#pragma once
#include "operator/kube/controller.hpp"
#include "operator/kube/reflector.hpp"
#include "operator/shop/reconcile/reconcile.hpp"

#include <memory>
#include <string>
#include <vector>

namespace shop {

/// Every type that a Shop's objects, pods and volumes are of.
const std::vector<kube::ResourceType>& observed_types();

/// The caches of all that the operator looks at: Shops, and of other types only what carries its label.
class Informers {
 public:
  /// `namespaces` empty: all. Needs client and metrics while it lives.
  Informers(kube::Client& client, const std::vector<std::string>& namespaces, kit::Metrics& metrics);

  void feed(kube::Controller& controller);
  void start();
  void stop();
  /// Every first list has come.
  bool synced() const;
  View view() const;
  /// All Shops.
  std::vector<kube::ObjectPtr> shops() const;

 private:
  std::vector<std::unique_ptr<kube::Informer>> shops_;
  std::vector<std::unique_ptr<kube::Informer>> owned_;
  std::vector<std::unique_ptr<kube::Informer>> related_;  // pods and volumes: not owned by the Shop itself
};

}  // namespace shop
