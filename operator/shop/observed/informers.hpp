#pragma once
#include "operator/kube/controller/controller.hpp"
#include "operator/kube/watch/informer.hpp"
#include "operator/shop/observed/observed.hpp"
#include "operator/shop/observed/optional_informer.hpp"
#include "operator/shop/observed/referenced_secrets.hpp"
#include "operator/shop/observed/shop_states.hpp"

#include <functional>
#include <map>
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
  const ShopStates& states() const { return states_; }

 private:
  using List = std::vector<std::unique_ptr<kube::Informer>>;
  /// The informers of one namespace, or of all.
  struct Scope {
    std::unique_ptr<kube::Informer> shops;
    List owned;
    List related;  // pods and volumes: not owned by the Shop itself
    std::unique_ptr<OptionalInformer> pod_monitors;
    std::unique_ptr<ReferencedSecrets> secrets;
    std::unique_ptr<kube::Reflector> secret_watch;  // feeds `secrets`
  };
  void each(const std::function<void(kube::Informer&)>& act) const;
  /// Null when this namespace is not watched.
  const Scope* scope_of(const std::string& ns) const;

  std::function<void(const kube::Change&)> on_optional_;  // set by feed(), before any of them starts
  ShopStates states_;
  std::map<std::string, Scope> scopes_;  // by namespace; "" for all
};

}  // namespace shop
