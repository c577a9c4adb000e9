#pragma once
#include "operator/kube/apply.hpp"
#include "operator/kube/controller.hpp"
#include "operator/kube/events.hpp"
#include "operator/shop/inputs/issuer.hpp"
#include "operator/shop/inputs/monitoring.hpp"
#include "operator/shop/observed/observed.hpp"
#include "operator/shop/plan/plan.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

namespace shop {

/// What a reconcile sees of the cluster without asking for it: the caches.
struct View {
  /// The Shop; null when there is none.
  std::function<kube::ObjectPtr(const kube::Key&)> shop;
  /// The Shop's objects, its pods and volumes.
  std::function<Observed(const kube::Object& shop)> objects;
};

/// Tells of what happens to a Shop; EventRecorder::record, usually.
using Tell = std::function<void(const kube::Object& about, kube::Happening what)>;

/// One pass over one Shop: validate, keys and passwords, then whatever the plan says, then status. Every pass
/// derives all anew, so it does not matter where an earlier one ended. Thread-safe for different Shops.
class Reconciler {
 public:
  using Now = std::function<std::chrono::system_clock::time_point()>;
  Reconciler(kube::Api& api, View view, Settings settings, Tell tell,
             Now now = std::chrono::system_clock::now);

  /// Throws what is to be tried again.
  kube::Result operator()(const kube::Key& key, const std::stop_token& stop);

 private:
  struct Pass;
  kube::Result work(Pass& pass);
  kube::Result paused(Pass& pass);
  void report(const kube::Object& shop, const Json& status);
  Json last_status(const kube::Object& shop);

  kube::Api& api_;
  View view_;
  Settings settings_;
  Tell tell_;
  Now now_;
  kube::Applier applier_;
  IssuerKeys issuer_;
  PodMonitors pod_monitors_;
  std::mutex lock_;
  struct Written {
    std::uint64_t version;
    Json status;
  };
  std::map<kube::Key, Written> written_;
};

/// The inputs of a Shop's builders, but for what is generated or read from the cluster.
Inputs inputs_of(const kube::Object& shop, Spec spec, const Settings& settings);

}  // namespace shop
