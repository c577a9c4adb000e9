#pragma once
#include "operator/kube/controller/controller.hpp"
#include "operator/kube/watch/informer.hpp"
#include "operator/shop/observed/observed.hpp"

#include <memory>
#include <string>
#include <vector>

namespace shop {

/// The types of a Shop's objects, pods and volumes.
const std::vector<kube::ResourceType>& observed_types();

/// The caches of Shops and of the objects with the operator's label.
class Informers {
 public:
  /// `namespaces` empty: all. `client` and `metrics` must outlive it.
  Informers(kube::Client& client, const std::vector<std::string>& namespaces, kit::Metrics& metrics);

  void feed(kube::Controller& controller);
  void start();
  void stop();
  /// Whether every first list has arrived.
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
