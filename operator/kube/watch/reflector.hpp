#pragma once
#include "operator/kube/client/client.hpp"
#include "operator/kube/watch/cache.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

namespace kube {

struct ReflectorOptions {
  std::string ns{};  ///< namespace; empty: all
  std::string label_selector{};
  std::string field_selector{};
  std::chrono::seconds min_watch{300};  ///< the server's timeout is random between these
  std::chrono::seconds max_watch{600};
  std::chrono::milliseconds silence{120'000};    ///< without even a bookmark the connection counts as dead
  std::chrono::milliseconds backoff_first{800};  ///< after failures; doubles to the limit, with jitter
  std::chrono::milliseconds backoff_limit{30'000};
  std::chrono::milliseconds healthy_after{120'000};  ///< a watch of this duration resets the backoff
  Clocks clocks{};
};

/// Lists, then watches until it is stopped: resumes at the last version, relists when that has expired (410).
/// Metrics:
/// kube_list_operations_total{resource}, kube_list_operations_failed_total, kube_watch_operations_total,
/// kube_watch_operations_failed_total.
class Reflector {
 public:
  Reflector(Client& client, ResourceType type, ReflectorOptions options, Cache& cache, kit::Metrics& metrics);
  ~Reflector();
  /// Until `stop`; never throws.
  void run(std::stop_token stop);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// A cache with the reflector that feeds it, on a thread of its own. Start it after handlers have subscribed;
/// the destructor stops it.
class Informer {
 public:
  Informer(Client& client, ResourceType type, ReflectorOptions options, kit::Metrics& metrics);
  ~Informer();
  Informer(const Informer&) = delete;
  Informer& operator=(const Informer&) = delete;

  void start();
  /// Ends the watch and joins; within milliseconds.
  void stop();
  Cache& cache() { return cache_; }
  const Cache& cache() const { return cache_; }
  const ResourceType& type() const { return type_; }

 private:
  ResourceType type_;
  Cache cache_;
  Reflector reflector_;
  std::jthread thread_;
};

}  // namespace kube
