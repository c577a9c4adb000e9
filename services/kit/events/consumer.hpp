#pragma once
#include "services/kit/events/outbox.hpp"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace kit::events {

struct ConsumerOptions {
  BrokerOptions broker;
  std::string queue;                  ///< "notification.events": a quorum queue, made when missing
  std::vector<std::string> bindings;  ///< routing keys, "order.*"
  int prefetch = 16;
  int delivery_limit = 10;  ///< then it goes to "<queue>.dead"
};

/// For `handle` to throw when something that it needs is away (an SMTP server, a peer): the event is held and
/// tried again until it is done, however long that takes, and does not come nearer to its delivery limit.
/// db::Unavailable counts as this.
class NotNow : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// For `handle` to throw when the event lacks what it must have, so that no repetition helps: it goes to the
/// dead-letter queue at once.
class Unreadable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads events off a queue of its own on one thread, one at a time, acknowledging each after `handle`
/// returned, which must be within 30 s (heartbeats wait as long). When `handle` throws, the event comes back
/// after a pause (others may overtake it); past the delivery limit, or when it cannot be read, it goes to the
/// dead-letter queue. Reconnects with backoff. Delivery is at least once: `handle` claims the inbox in its
/// transaction. The log lines of `handle` carry the event's trace. A queue that is there already with other
/// arguments is used as it is, with a warning. Metrics:
/// events_consumed_total{queue,type,result=done|failed|held|unreadable},
/// events_handle_duration_seconds{queue}.
class Consumer {
 public:
  using Handle = std::function<void(const Event&)>;
  Consumer(ConsumerOptions options, Handle handle, Metrics& metrics);
  ~Consumer();  ///< finishes the event at hand
  /// For Health: empty when connected.
  std::string probe() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kit::events
