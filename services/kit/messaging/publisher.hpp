#pragma once
#include "services/kit/messaging/broker.hpp"
#include "services/kit/messaging/publish_batch.hpp"

#include <optional>

namespace kit::messaging {

/// Publishes persistent messages with confirms; consumed types are mandatory. For one thread. After it threw
/// BrokerError it cannot be used any more.
class Publisher {
 public:
  struct Confirm {
    std::uint64_t tag;
    bool multiple;  ///< all up to `tag`
    bool accepted;
  };

  /// Connects and declares the exchange and the queues. `unroutable` counts events of consumed types that no
  /// queue was bound for.
  Publisher(const BrokerOptions& options, std::vector<ConsumerQueue> queues, prometheus::Counter& unroutable);

  /// While it exists, published messages are gathered into as few packets as possible, so the broker is woken
  /// once.
  class Together {
   public:
    explicit Together(Publisher& publisher) : connection_(publisher.connection_) { connection_.cork(true); }
    ~Together() { connection_.cork(false); }
    Together(const Together&) = delete;
    Together& operator=(const Together&) = delete;

   private:
    BrokerConnection& connection_;
  };

  /// Returns the delivery tag of the confirm to come.
  std::uint64_t publish(const Outgoing& row);
  /// Returns the next confirm, nullopt when none arrived in time. Throws when an event of a consumed type
  /// reached no queue: a new Publisher declares the queues again.
  std::optional<Confirm> next_confirm(std::chrono::milliseconds wait);
  /// Exchanges heartbeats while idle. Throws when the connection is lost.
  void idle();
  int socket() const { return connection_.socket(); }

 private:
  BrokerConnection connection_;
  const std::string exchange_;
  const std::vector<ConsumerQueue> queues_;
  prometheus::Counter& unroutable_;
  std::uint64_t last_tag_ = 0;
};

}  // namespace kit::messaging
