#include "services/kit/messaging/subscription.hpp"

#include "services/kit/messaging/consumer_queues.hpp"

#include <amqp_framing.h>
#include <errno.h>

namespace kit::messaging {
namespace {

/// Earlier deliveries, which quorum queues count in a 64-bit header.
int failures(const amqp_basic_properties_t& properties) {
  if (!(properties._flags & AMQP_BASIC_HEADERS_FLAG)) return 0;
  for (int i = 0; i < properties.headers.num_entries; ++i) {
    const auto& [key, value] = properties.headers.entries[i];
    if (view(key) == "x-delivery-count" && value.kind == AMQP_FIELD_KIND_I64)
      return static_cast<int>(value.value.i64);
  }
  return 0;
}

}  // namespace

Subscription::Subscription(const ConsumerOptions& options, bool as_it_is)
    : connection_(options.broker, std::string(program_invocation_short_name) + ' ' + options.queue) {
  if (as_it_is) {
    connection_.declare_queue(options.queue, {}, true);
  } else {
    declare_queue(connection_, options.broker.exchange, options.queue, options.delivery_limit);
  }
  for (const auto& key : options.bindings) connection_.bind(options.queue, options.broker.exchange, key);
  amqp_basic_qos(connection_.state(), BrokerConnection::CHANNEL, 0,
                 static_cast<std::uint16_t>(options.prefetch), false);
  connection_.check_reply("setting the prefetch");
  amqp_basic_consume(connection_.state(), BrokerConnection::CHANNEL, bytes(options.queue), amqp_empty_bytes,
                     false, false, false, amqp_empty_table);
  connection_.check_reply("consuming");
}

std::optional<Delivery> Subscription::next() {
  amqp_maybe_release_buffers(connection_.state());
  amqp_envelope_t envelope;
  const timeval now{0, 0};
  const auto reply = amqp_consume_message(connection_.state(), &envelope, &now, 0);
  if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION && reply.library_error == AMQP_STATUS_TIMEOUT) {
    return std::nullopt;
  }
  if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION &&
      reply.library_error == AMQP_STATUS_UNEXPECTED_STATE) {
    amqp_frame_t frame{};
    const bool there =
        connection_.next_frame(frame, std::chrono::milliseconds(0));  // throws for what ends the channel
    if (there && frame.frame_type == AMQP_FRAME_METHOD &&
        frame.payload.method.id == AMQP_BASIC_CANCEL_METHOD) {
      throw BrokerError("the queue was deleted");
    }
    return std::nullopt;
  }
  connection_.check_reply(reply, "receiving");
  Delivery delivery{envelope.delivery_tag, std::string(view(envelope.message.body)),
                    failures(envelope.message.properties)};
  amqp_destroy_envelope(&envelope);
  return delivery;
}

void Subscription::acknowledge(std::uint64_t tag, bool multiple) {
  connection_.check(amqp_basic_ack(connection_.state(), BrokerConnection::CHANNEL, tag, multiple),
                    "acknowledging");
}

void Subscription::refuse(std::uint64_t tag, bool requeue) {
  connection_.check(amqp_basic_nack(connection_.state(), BrokerConnection::CHANNEL, tag, false, requeue),
                    "refusing");
}

}  // namespace kit::messaging
