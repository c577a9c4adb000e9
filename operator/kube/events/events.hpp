#pragma once
#include "operator/kube/client/client.hpp"
#include "operator/kube/object/clocks.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace kube {

enum class EventType { Normal, Warning };

struct Event {
  EventType type = EventType::Normal;
  std::string reason{};   ///< CamelCase, stable: "MigrationFailed"
  std::string action{};   ///< CamelCase: the operation, "Migrate"
  std::string message{};  ///< a sentence; cut at 1024 bytes
};

/// The rules of aggregation, without I/O: repeated events are counted in a series, many similar ones are
/// combined, and a token bucket limits the events of each object. Not thread-safe.
class EventAggregator {
 public:
  using Time = std::chrono::system_clock::time_point;
  struct Options {
    std::chrono::seconds window{600};  ///< equal events within this time are one series
    int similar = 10;                  ///< after so many different messages of one reason they are combined
    int burst = 25;                    ///< events per object; refilled at one per `refill`
    std::chrono::seconds refill{300};
    std::size_t max_series = 4096;  ///< beyond it the oldest series is dropped
  };
  /// An Event to create (count 1) or a series to update to `count`.
  struct Aggregated {
    std::string event_name;
    int count = 1;
    std::string message;
  };
  explicit EventAggregator(Options options) : options_(options) {}
  /// Returns nullopt when the event exceeds the object's limit.
  std::optional<Aggregated> aggregate(const Object& about, const Event& event, Time now);

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
  struct Similar {
    Time since;
    int messages = 0;
  };
  bool allowed(const std::string& uid, Time now);
  void forget_old(Time now);
  Options options_;
  std::map<std::string, Series> series_;
  std::map<std::string, Bucket> buckets_;
  std::map<std::string, Similar> similar_;
  std::uint64_t next_ = 0;
};

struct EventRecorderOptions {
  std::string controller{};  ///< reportingController: "shopkeeper.dev/operator"
  std::string instance{};    ///< reportingInstance: the pod's name
  EventAggregator::Options aggregation{};
  std::size_t queue = 256;  ///< beyond it new events are dropped and counted
  Clocks clocks{};
};

/// An event that is yet to be written.
struct QueuedEvent {
  Object about;  ///< an ObjectReference
  Event event;
  EventAggregator::Aggregated aggregated;
  std::chrono::system_clock::time_point at;
};

/// Records events.k8s.io/v1 Events, which `kubectl describe` and `kubectl events` show. Never blocks and
/// never throws: a thread of its own writes them. The destructor sends what is queued, for at most 2 s.
/// Metric: kube_events_total{result=sent|failed|dropped}. Thread-safe.
class EventRecorder {
 public:
  EventRecorder(Api& api, EventRecorderOptions options, kit::Metrics& metrics);
  /// `about` needs apiVersion, kind, metadata.name, .namespace, .uid.
  void record(const Object& about, Event event);

 private:
  void run(const std::stop_token& stop);
  void send(const QueuedEvent& queued);
  /// False when the series' Event no longer exists (the API server keeps them for an hour).
  bool count_up(const QueuedEvent& queued);
  void failed(const char* why);

  Api& api_;
  const EventRecorderOptions options_;
  prometheus::Counter& sent_;
  prometheus::Counter& failed_;
  prometheus::Counter& dropped_;
  std::mutex lock_;
  std::condition_variable_any changed_;
  EventAggregator aggregator_;
  std::deque<QueuedEvent> queue_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace kube
