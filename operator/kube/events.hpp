#pragma once
#include "operator/kube/client.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace kube {

enum class EventType { Normal, Warning };

/// What is told about an object.
struct Happening {
  EventType type = EventType::Normal;
  std::string reason{};   ///< CamelCase, stable: "MigrationFailed"
  std::string action{};   ///< CamelCase: what was being done, "Migrate"
  std::string message{};  ///< a sentence; cut at 1024 bytes
};

/// Decides what is told, without I/O: the same again is counted, not repeated; many alike are told as one; an
/// object that never is quiet is told of seldom. Not thread-safe.
class EventAggregator {
 public:
  using Time = std::chrono::system_clock::time_point;
  struct Options {
    std::chrono::seconds window{600};  ///< the same within this time is one series
    int alike = 10;  ///< so many different messages of one reason, then they are told as one
    int burst = 25;  ///< per object; refilled one in `refill`
    std::chrono::seconds refill{300};
    std::size_t remembered = 4096;  ///< series; the oldest is forgotten
  };
  /// An event to create (count 1) or a series to bring up to `count`.
  struct Telling {
    std::string event_name;
    int count = 1;
    std::string message;
  };
  explicit EventAggregator(Options options) : options_(options) {}
  /// Nothing when it is to be kept quiet.
  std::optional<Telling> tell(const Object& about, const Happening& what, Time now);

 private:
  struct Series {
    std::string event_name;
    int count = 0;
    Time last;
  };
  struct Bucket {
    double tokens;
    Time filled;
  };
  struct Alike {
    Time since;
    int messages = 0;
  };
  bool allowed(const std::string& uid, Time now);
  void forget_old(Time now);
  Options options_;
  std::map<std::string, Series> series_;
  std::map<std::string, Bucket> buckets_;
  std::map<std::string, Alike> alike_;
  std::uint64_t next_ = 0;
};

struct EventRecorderOptions {
  std::string controller{};  ///< reportingController: "shopkeeper.dev/operator"
  std::string instance{};    ///< reportingInstance: the pod's name
  EventAggregator::Options aggregation{};
  std::size_t queue = 256;  ///< past it the newest are dropped (and counted)
};

/// Tells people what happens, as events.k8s.io/v1 Events, shown by `kubectl describe` and `kubectl events`.
/// Never blocks and never throws: written by a thread of its own. Metric:
/// kube_events_total{result=sent|failed|dropped}. Thread-safe.
class EventRecorder {
 public:
  EventRecorder(Api& api, EventRecorderOptions options, kit::Metrics& metrics);
  ~EventRecorder();  ///< sends what is queued, for at most 2 s
  /// `about` needs apiVersion, kind, metadata.name, .namespace, .uid.
  void record(const Object& about, Happening what);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kube
