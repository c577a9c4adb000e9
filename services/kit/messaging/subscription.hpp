#pragma once
#include "services/kit/messaging/broker.hpp"
#include "services/kit/messaging/consumer.hpp"

#include <optional>

namespace kit::messaging {

/// A message of the queue, not acknowledged yet.
struct Delivery {
  std::uint64_t tag = 0;
  std::string body;
  int failures = 0;  ///< deliveries before this one
};

/// The consumer's connection: exchange, queue, bindings and dead-letter queue declared, and messages coming.
/// For one thread. Throws BrokerError, then it is of no more use, and what was not acknowledged comes again.
class Subscription {
 public:
  /// With `as_it_is` exchange and queue must be there, with whatever arguments; only bindings are added.
  Subscription(const ConsumerOptions& options, bool as_it_is);

  /// The next message that is there; nothing when there is none now. Minds heartbeats.
  std::optional<Delivery> next();
  void acknowledge(std::uint64_t tag) { acknowledge(tag, false); }
  /// Everything up to the tag that is not settled yet, in one word. The tag's own delivery must not be,
  /// either.
  void acknowledge_up_to(std::uint64_t tag) { acknowledge(tag, true); }
  /// Back into the queue, or when that was too often into the dead-letter queue.
  void give_back(std::uint64_t tag) { refuse(tag, true); }
  /// Into the dead-letter queue at once.
  void bury(std::uint64_t tag) { refuse(tag, false); }
  void send_heartbeat() { connection_.send_heartbeat(); }

  int socket() const { return connection_.socket(); }
  /// True when the next message may be here already: do not wait for the socket.
  bool buffered() const { return connection_.buffered(); }

 private:
  void acknowledge(std::uint64_t tag, bool multiple);
  void refuse(std::uint64_t tag, bool requeue);
  BrokerConnection connection_;
};

}  // namespace kit::messaging
