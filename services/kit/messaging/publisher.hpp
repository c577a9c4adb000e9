#pragma once
#include "services/kit/messaging/batch.hpp"
#include "services/kit/messaging/broker.hpp"

#include <optional>

namespace kit::messaging {

/// Publishes on the exchange, persistent and with confirms, mandatory what a reader must get. For one thread.
/// Throws BrokerError, then it is of no more use.
class Publisher {
 public:
  struct Confirm {
    std::uint64_t tag;
    bool multiple;  ///< all up to `tag`
    bool accepted;
  };

  /// Connects, and declares the exchange and the readers' queues. `unroutable` counts events that a reader
  /// must get and that no queue was bound for.
  Publisher(const BrokerOptions& options, std::vector<Reader> readers, prometheus::Counter& unroutable);

  /// While it lives, what is published is gathered into as few packets as it fits: the broker is woken once.
  class Together {
   public:
    explicit Together(Publisher& publisher) : connection_(publisher.connection_) { connection_.cork(true); }
    ~Together() { connection_.cork(false); }
    Together(const Together&) = delete;
    Together& operator=(const Together&) = delete;

   private:
    BrokerConnection& connection_;
  };

  /// The delivery tag under which the confirm will come.
  std::uint64_t publish(const Outgoing& row);
  /// The next confirm; nothing when none came in time. Throws when what a reader must get is in no queue: a
  /// new Publisher declares the queues anew.
  std::optional<Confirm> next_confirm(std::chrono::milliseconds wait);
  /// Minds heartbeats while there is nothing to do. Throws when the connection is lost.
  void idle();
  int socket() const { return connection_.socket(); }

 private:
  void returned(std::string_view type);
  BrokerConnection connection_;
  const std::string exchange_;
  const std::vector<Reader> readers_;
  prometheus::Counter& unroutable_;
  std::uint64_t last_tag_ = 0;
};

}  // namespace kit::messaging
