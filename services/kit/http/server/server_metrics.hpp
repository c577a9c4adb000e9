#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <map>
#include <shared_mutex>
#include <string>
#include <tuple>

namespace kit::http {

/// The server's metrics, each looked up once. Thread-safe.
class ServerMetrics {
 public:
  /// `listener` names the server among those of the process.
  ServerMetrics(Metrics& metrics, const std::string& listener);

  /// `route` null: no route matched. `method` is a known method or "other".
  void answered(const Route* route, std::string_view method, int code, double seconds);

  /// How many workers there are and how many requests may wait for them.
  void limits(int workers, int queue);

  prometheus::Gauge& in_flight;
  prometheus::Gauge& queued;
  prometheus::Gauge& busy;
  prometheus::Counter& shed_full;         ///< the queue was full
  prometheus::Counter& shed_late;         ///< the deadline passed before a worker was free
  prometheus::Counter& shed_connections;  ///< connections refused past the limit

 private:
  struct Entry {
    prometheus::Counter* requests;
    prometheus::Histogram* duration;
  };
  using Key = std::tuple<const Route*, std::string_view, int>;
  Entry make(const Key& key);

  Metrics& metrics_;
  const std::string listener_;
  std::shared_mutex lock_;
  std::map<Key, Entry> entries_;
};

}  // namespace kit::http
