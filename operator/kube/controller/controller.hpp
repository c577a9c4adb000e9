#pragma once
#include "operator/kube/controller/queue.hpp"
#include "operator/kube/watch/informer.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kube {

/// The result of a successful reconcile, which resets the backoff. A throw means failure: requeue with
/// backoff.
struct Result {
  std::optional<std::chrono::milliseconds> requeue_after;
};

struct ControllerOptions {
  std::string name{};  ///< the metrics' label `controller`
  int workers = 2;
  RateLimiter::Options rate_limiter{};
  std::chrono::milliseconds sync_timeout{60'000};  ///< for the first lists
  /// Each object is reconciled at least this often, with 10% jitter; 0: only on changes.
  std::chrono::milliseconds resync{600'000};
  Clocks clocks{};
};

/// Watches, queues and reconciles. What a reconcile throws affects its own key only. Metrics:
/// controller_runtime_reconcile_total{controller,result=success|error|requeue_after},
/// _reconcile_errors_total, _reconcile_time_seconds, _active_workers, _max_concurrent_reconciles (all with
/// {controller}).
class Controller {
 public:
  using Reconcile = std::function<Result(const Key& key, std::stop_token stop)>;
  using Map = std::function<std::vector<Key>(const Object& object)>;

  Controller(ControllerOptions options, Reconcile reconcile, kit::Metrics& metrics);
  ~Controller() { queue_.shutdown(); }

  // Call these before run() and before the informers are started. The informers' threads call this
  // controller: stop them before it is destroyed, and keep them until run() has returned.
  // The first list, and primary objects that are new, are queued behind changes: see QueueState.
  /// The primary objects: a change, except of status alone, queues the object's key.
  void watch(Informer& informer);
  /// Controlled objects: a change queues the controlling owner of that kind and group.
  void watch_owned(Informer& informer, const ResourceType& owner);
  /// Related objects: a change queues the keys that `map` returns for the object before and after it.
  void watch_mapped(Informer& informer, Map map);

  /// Thread-safe.
  void enqueue(const Key& key, Priority priority = Priority::Urgent) { queue_.add(key, priority); }

  /// Waits for the caches, then reconciles until `stop` and returns when all reconciles have ended. Throws
  /// std::runtime_error, naming the type, when a cache is not synced in time.
  void run(const std::stop_token& stop);

 private:
  /// In the order of `totals_`.
  enum class Outcome { Success, RequeueAfter, Requeue, Error };
  void feed(Informer& informer, std::function<void(const Change&)> handler);
  void await_caches(const std::stop_token& stop) const;
  void work(const std::stop_token& stop);
  Outcome one(const Key& key, const std::stop_token& stop);
  Outcome failed(const Key& key, const char* why);
  /// Whether a primary object has this key; true without primary objects.
  bool exists(const Key& key) const;

  const ControllerOptions options_;
  const Reconcile reconcile_;
  WorkQueue queue_;
  const kit::Metrics::Labels labels_;
  prometheus::Counter& errors_;
  prometheus::Histogram& took_;
  prometheus::Gauge& active_;
  std::vector<prometheus::Counter*> totals_;
  std::vector<const Informer*> informers_;
  std::vector<const Informer*> primary_;  // one for each namespace that is watched
};

}  // namespace kube
