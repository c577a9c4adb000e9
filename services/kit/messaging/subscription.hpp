#pragma once
#include "services/kit/messaging/broker.hpp"
#include "services/kit/messaging/consumer.hpp"

#include <optional>

namespace kit::messaging {

/// A message of the queue, not acknowledged yet.
struct Delivery {
  std::uint64_t tag = 0;
  std::string body;
  int failures = 0;  ///< earlier deliveries of it
};

/// The consumer's connection: declares exchange, queue, bindings and dead-letter queue, and receives. For one
/// thread. After it threw BrokerError it cannot be used any more, and unacknowledged messages are
/// redelivered.
class Subscription {
 public:
  /// With `as_it_is` exchange and queue must exist, with any arguments; only bindings are added.
  Subscription(const ConsumerOptions& options, bool as_it_is);

  /// Returns the next message that has arrived, or nullopt. Exchanges heartbeats.
  std::optional<Delivery> next();
  /// With `multiple` every unsettled delivery up to the tag, whose own delivery must be unsettled.
  void acknowledge(std::uint64_t tag, bool multiple = false);
  /// Dead-letters at once, or requeues: past the delivery limit that dead-letters, too.
  void refuse(std::uint64_t tag, bool requeue);
  void send_heartbeat() { connection_.send_heartbeat(); }

  int socket() const { return connection_.socket(); }
  /// True when the next message may have been received already: do not wait for the socket.
  bool buffered() const { return connection_.buffered(); }

 private:
  BrokerConnection connection_;
};

}  // namespace kit::messaging
