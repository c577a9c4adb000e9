#include "services/kit/messaging/readers.hpp"

#include "services/kit/messaging/broker.hpp"
#include "services/kit/messaging/consumer.hpp"

#include <errno.h>

#include <algorithm>

namespace kit::messaging {
namespace {

constexpr int PRECONDITION_FAILED = 406;

}  // namespace

bool must_be_read(const std::vector<Reader>& readers, std::string_view type) {
  return std::any_of(readers.begin(), readers.end(), [&](const Reader& reader) {
    return std::find(reader.types.begin(), reader.types.end(), type) != reader.types.end();
  });
}

// Dead letters are moved at least once: what is refused leaves its queue only when the dead-letter queue has
// it (which RabbitMQ does only for queues with overflow reject-publish).
void declare_queues(BrokerConnection& connection, const std::string& exchange, const std::string& queue,
                    int delivery_limit) {
  const std::string dead_exchange = exchange + ".dead";
  const std::string dead_queue = queue + ".dead";
  connection.declare_exchange(exchange, "topic");
  connection.declare_exchange(dead_exchange, "direct");
  connection.declare_queue(dead_queue, {argument("x-queue-type", "quorum")});
  connection.bind(dead_queue, dead_exchange, queue);
  connection.declare_queue(
      queue, {argument("x-queue-type", "quorum"), argument("x-delivery-limit", std::int64_t{delivery_limit}),
              argument("x-dead-letter-exchange", dead_exchange.c_str()),
              argument("x-dead-letter-routing-key", queue.c_str()),
              argument("x-dead-letter-strategy", "at-least-once"), argument("x-overflow", "reject-publish")});
}

void declare_readers(const BrokerOptions& broker, const std::vector<Reader>& readers) {
  const std::string name = std::string(program_invocation_short_name) + " readers";
  for (const auto& reader : readers) {
    auto connection = std::make_unique<BrokerConnection>(broker, name);
    try {
      declare_queues(*connection, broker.exchange, reader.queue, ConsumerOptions{}.delivery_limit);
    } catch (const BrokerError& error) {
      if (error.code() != PRECONDITION_FAILED) throw;
      connection = std::make_unique<BrokerConnection>(broker, name);  // the refusal ended the other
    }
    for (const auto& type : reader.types) connection->bind(reader.queue, broker.exchange, type);
  }
}

}  // namespace kit::messaging
