#pragma once
#include "services/kit/health/health.hpp"
#include "services/kit/messaging/outbox.hpp"

#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace kit::messaging {

struct ConsumerOptions {
  BrokerOptions broker;
  std::string queue;                  ///< "notification.events": a quorum queue, declared when missing
  std::vector<std::string> bindings;  ///< routing keys, "order.*"
  int prefetch = 64;
  int delivery_limit = 10;  ///< past it an event is dead-lettered to "<queue>.dead"
};

/// For `handle` to throw when the event lacks required data, so that no retry can help: it is dead-lettered
/// at once.
class Unreadable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Consumes events from a queue on one thread. Events that have arrived (DeliveryBatch::LIMIT at most; it
/// does not wait for more) are handled by one call of `handle`, in order, and acknowledged together. `handle`
/// is all or nothing: when it throws, each event is handled by a call of its own. An event whose own call
/// throws is requeued after a pause (others may overtake it) and is handled alone from then on; past the
/// delivery limit, or when unreadable, it is dead-lettered. So a bad event only delays those beside it. A
/// call must end within 30 s, since heartbeats wait for it. Reconnects with backoff. Delivery is at least
/// once: inbox.hpp makes effects happen once. While `handle` throws db::Unavailable the event is held and
/// retried, without counting towards its delivery limit. An existing queue with other arguments is used as it
/// is, with a warning. Metrics: events_consumed_total{queue,type,result=done|failed|held|unreadable},
/// events_handle_duration_seconds{queue} (a call), events_delay_seconds{queue} (an event).
class Consumer {
 public:
  using Handle = std::function<void(std::span<const Event>)>;
  Consumer(ConsumerOptions options, Handle handle, Metrics& metrics);
  ~Consumer();  ///< finishes the call under way
  /// For Health: empty when connected, else why not.
  std::string probe() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Adds the check "events" (connected). A service without the broker is ready: it answers requests, and its
/// queue keeps the events, which publishers declare too. `consumer` must outlive the check.
void add_check(Health& health, const Consumer& consumer);

}  // namespace kit::messaging
