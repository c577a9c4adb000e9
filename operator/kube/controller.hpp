#pragma once
#include "operator/kube/queue.hpp"
#include "operator/kube/reflector.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kube {

/// What a reconcile says; a throw means failure: tried again with backoff. A later success, also one with
/// requeue_after, resets that.
struct Result {
  std::optional<std::chrono::milliseconds> requeue_after;
};

struct ControllerOptions {
  std::string name{};  ///< the metrics' label `controller`
  int workers = 2;
  RetryDelays::Options delays{};
  std::chrono::milliseconds sync_timeout{60'000};  ///< how long the first lists may take
  /// Each object is reconciled at least so often, spread by up to a tenth. 0: never by itself.
  std::chrono::milliseconds resync{600'000};
};

/// Watches, queues and reconciles. Whatever a reconcile throws stays with its own key: other keys and the
/// process live on. Metrics:
/// controller_runtime_reconcile_total{controller,result=success|error|requeue_after},
/// _reconcile_errors_total, _reconcile_time_seconds, _active_workers, _max_concurrent_reconciles (all with
/// {controller}).
class Controller {
 public:
  using Reconcile = std::function<Result(const Key& key, std::stop_token stop)>;
  using Map = std::function<std::vector<Key>(const Object& object)>;

  Controller(ControllerOptions options, Reconcile reconcile, kit::Metrics& metrics);
  ~Controller();

  // Before run(), and before the informers are started. Their threads call this controller: stop them
  // before it is destroyed, but keep them until run() has returned.
  /// The objects to reconcile: a change that matters (not of status alone) queues its key.
  void watch(Informer& informer);
  /// Objects that ours control: a change queues the owner, found by kind and group; in the same namespace.
  void watch_owned(Informer& informer, const ResourceType& owner);
  /// Objects that ours refer to: a change queues what `map` says. Called for the state before and after.
  void watch_mapped(Informer& informer, Map map);

  /// Also by hand. Thread-safe.
  void enqueue(const Key& key);
  void enqueue_after(const Key& key, std::chrono::milliseconds time);

  /// Waits for the caches, then works until `stop`; returns when no reconcile is running any more. Throws
  /// std::runtime_error when a cache is not synced in time, naming it.
  void run(std::stop_token stop);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kube
