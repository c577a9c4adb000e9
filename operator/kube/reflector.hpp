#pragma once
#include "operator/kube/cache.hpp"
#include "operator/kube/client.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

namespace kube {

struct ReflectorOptions {
  std::string space{};  ///< namespace; empty: all
  std::string label_selector{};
  std::string field_selector{};
  std::chrono::seconds shortest_watch{300};  ///< the server's timeout is random between these
  std::chrono::seconds longest_watch{600};
  std::chrono::milliseconds silence{120'000};  ///< without even a bookmark: the connection is dead
  std::chrono::milliseconds first_wait{800};   ///< after failures; doubles, with jitter
  std::chrono::milliseconds longest_wait{30'000};
  std::chrono::milliseconds healthy_after{120'000};  ///< a watch that lived so long resets the wait
};

/// Lists, then watches, for ever: resumes where it was, lists anew when that is too old (410). Metrics:
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

/// A cache that feeds itself: cache, reflector and their thread. Started by hand, after handlers have
/// subscribed; stopped when destroyed.
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
