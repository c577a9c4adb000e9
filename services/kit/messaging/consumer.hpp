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
  std::string queue;                  ///< "notification.events": a quorum queue, made when missing
  std::vector<std::string> bindings;  ///< routing keys, "order.*"
  int prefetch = 64;
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

/// Reads events off a queue of its own on one thread. Those that have come already (Lot::LIMIT at most; it
/// never waits for more) are handled by one call of `handle`, in their order, and acknowledged together.
/// `handle` does all or nothing: when it throws, none of them is done. Then each is handled by a call of its
/// own: when that throws, the event comes back after a pause (others may overtake it), and is alone from then
/// on; past the delivery limit, or when it cannot be read, it goes to the dead-letter queue. So an event that
/// nobody can handle costs those beside it no more than time. A call must be over within 30 s (heartbeats
/// wait as long). Reconnects with backoff. Delivery is at least once: inbox.hpp makes of that effects that
/// happen once. A queue that is there already with other arguments is used as it is, with a warning. Metrics:
/// events_consumed_total{queue,type,result=done|failed|held|unreadable},
/// events_handle_duration_seconds{queue} (a call), events_delay_seconds{queue} (an event).
class Consumer {
 public:
  using Handle = std::function<void(std::span<const Event>)>;
  Consumer(ConsumerOptions options, Handle handle, Metrics& metrics);
  ~Consumer();  ///< finishes the call at hand
  /// For Health: empty when connected.
  std::string probe() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Adds the checks "events" (connected; not required) and "queue" (required): events published before the
/// queue is bound for the first time are lost, so a new shop is ready only then. `consumer` must outlive the
/// checks.
void add_checks(Health& health, const Consumer& consumer);

}  // namespace kit::messaging
