#pragma once
#include <string>
#include <vector>

namespace kit::messaging {

class BrokerConnection;
struct BrokerOptions;

/// A queue of a consumer and the types of event that it gets.
struct ConsumerQueue {
  std::string queue;
  std::vector<std::string> types;
};

/// Declares the queue, its dead-letter queue and the exchanges, durable. Throws BrokerError (406: it exists
/// with other arguments).
void declare_queue(BrokerConnection& connection, const std::string& exchange, const std::string& queue,
                   int delivery_limit);

/// Declares all queues with their bindings over a connection of its own; a queue that exists with other
/// arguments stays as it is. Throws BrokerError.
void declare_all(const BrokerOptions& broker, const std::vector<ConsumerQueue>& queues);

}  // namespace kit::messaging
