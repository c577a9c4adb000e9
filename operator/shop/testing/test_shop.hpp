#pragma once
// For tests: a Shop in a fake cluster, with the reconciler that works on it.
#include "operator/shop/reconcile/reconcile.hpp"
#include "operator/shop/testing/fake_cluster.hpp"
#include "operator/shop/testing/inputs.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <memory>
#include <string>
#include <vector>

namespace shop::testing {

struct TestShop {
  FakeCluster cluster;
  std::vector<kube::Event> events;
  std::chrono::system_clock::time_point now = *kit::parse_rfc3339("2026-01-01T00:00:00Z");
  std::unique_ptr<Reconciler> reconciler;

  explicit TestShop(Json spec = Json::object()) {
    cluster.objects[{"Shop", "shop"}] = shop_object(std::move(spec));
    restart();
  }
  /// Replaces the reconciler, as a restart of the operator does.
  void restart() {
    reconciler = std::make_unique<Reconciler>(
        cluster, cluster.view(), Settings{"shopkeeper", "1.0"},
        [this](const kube::Object&, kube::Event event) { events.push_back(std::move(event)); }, clocks());
  }
  kube::Clocks clocks() {
    return {.steady = [this] { return std::chrono::steady_clock::time_point(now.time_since_epoch()); },
            .wall = [this] { return now; }};
  }
  kube::Result reconcile() { return (*reconciler)({"shops", "shop"}, {}); }
  /// Reconciles until all workloads have run.
  void settle() {
    for (int i = 0; i < 8; ++i) {
      reconcile();
      cluster.run_workloads();
    }
    reconcile();
  }
  /// A Secret that is not the operator's, so that no cache has it.
  void add_foreign_secret(const std::string& name, const Json& data) {
    cluster.objects[{"Secret", name}] = {{"kind", "Secret"}, {"metadata", {{"name", name}}}, {"data", data}};
    cluster.foreign.insert({"Secret", name});
  }
  Json& object() { return cluster.at("Shop", "shop"); }
  Json condition(const std::string& type) {
    const auto* found = kube::find_condition(object(), type);
    return found ? *found : Json{{"status", "none"}};
  }
  std::string status(const std::string& type) { return condition(type)["status"]; }
  std::string reason(const std::string& type) { return condition(type)["reason"]; }
};

}  // namespace shop::testing
