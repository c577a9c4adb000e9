#pragma once
#include "operator/kube/client/client.hpp"
#include "operator/kube/watch/store.hpp"
#include "operator/kube/watch/watch.hpp"
#include "services/kit/time/backoff.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <thread>

namespace kube {

struct ReflectorOptions {
  std::string ns{};  ///< namespace; empty: all
  std::string label_selector{};
  bool metadata_only = false;           ///< objects have apiVersion, kind and metadata only
  std::chrono::seconds min_watch{300};  ///< the server's timeout is random between these
  std::chrono::seconds max_watch{600};
  std::chrono::milliseconds silence{120'000};    ///< without even a bookmark the connection counts as dead
  std::chrono::milliseconds backoff_first{800};  ///< after failures; doubles to the limit, with jitter
  std::chrono::milliseconds backoff_limit{30'000};
  std::chrono::milliseconds healthy_after{120'000};  ///< a watch of this duration resets the backoff
  Clocks clocks{};
};

/// Feeds a store with the objects of one type on a thread of its own: lists, then watches; resumes at the
/// last version, relists when that has expired (410). The destructor stops it. Metrics:
/// kube_list_operations_total{resource}, kube_list_operations_failed_total, kube_watch_operations_total,
/// kube_watch_operations_failed_total.
class Reflector {
 public:
  Reflector(Client& client, ResourceType type, ReflectorOptions options, Store& store, kit::Metrics& metrics);

  void start();
  /// Ends the watch and joins; within milliseconds.
  void stop() { thread_ = {}; }
  const ResourceType& type() const { return type_; }

 private:
  void run(const std::stop_token& stop);
  bool list();
  /// True when the next watch may follow at once.
  bool watch(const std::stop_token& stop);
  bool failed(const ApiError& error, bool opened);
  WatchOptions watch_options() const;
  void take(WatchEvent event);
  /// Logs, and notes how long the server asks to wait.
  void retry_later(const char* what, const ApiError& error);

  Client& client_;
  const ResourceType type_;
  const ReflectorOptions options_;
  Store& store_;
  prometheus::Counter& lists_;
  prometheus::Counter& lists_failed_;
  prometheus::Counter& watches_;
  prometheus::Counter& watches_failed_;
  kit::Backoff backoff_;
  std::string version_;  // to resume after; empty: relist
  int refused_ = 0;
  std::chrono::milliseconds retry_after_{};
  std::jthread thread_;  // last: it uses the others
};

}  // namespace kube
