#include "services/kit/messaging/consumer_queues.hpp"

#include "services/kit/messaging/broker.hpp"
#include "services/kit/messaging/consumer.hpp"

#include <errno.h>

namespace kit::messaging {
namespace {

constexpr int PRECONDITION_FAILED = 406;

}  // namespace

// Dead-lettering is at least once: a refused message leaves its queue only when the dead-letter queue has it,
// which RabbitMQ supports for queues with overflow reject-publish.
void declare_queue(BrokerConnection& connection, const std::string& exchange, const std::string& queue,
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

void declare_all(const BrokerOptions& broker, const std::vector<ConsumerQueue>& queues) {
  const std::string name = std::string(program_invocation_short_name) + " queues";
  for (const auto& queue : queues) {
    auto connection = std::make_unique<BrokerConnection>(broker, name);
    try {
      declare_queue(*connection, broker.exchange, queue.queue, ConsumerOptions{}.delivery_limit);
    } catch (const BrokerError& error) {
      if (error.code() != PRECONDITION_FAILED) throw;
      connection = std::make_unique<BrokerConnection>(broker, name);  // the refusal closed the other
    }
    for (const auto& type : queue.types) connection->bind(queue.queue, broker.exchange, type);
  }
}

}  // namespace kit::messaging
