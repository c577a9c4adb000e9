#include "services/kit/messaging/subscription.hpp"

#include "services/kit/messaging/consumer_queues.hpp"

#include <amqp_framing.h>
#include <errno.h>

namespace kit::messaging {
namespace {

// Quorum queues count deliveries.
int failures(const amqp_basic_properties_t& properties) {
  if (!(properties._flags & AMQP_BASIC_HEADERS_FLAG)) return 0;
  for (int i = 0; i < properties.headers.num_entries; ++i) {
    const amqp_table_entry_t& entry = properties.headers.entries[i];
    if (view(entry.key) != "x-delivery-count") continue;
    switch (entry.value.kind) {
      case AMQP_FIELD_KIND_I64:
        return static_cast<int>(entry.value.value.i64);
      case AMQP_FIELD_KIND_I32:
        return entry.value.value.i32;
      case AMQP_FIELD_KIND_I16:
        return entry.value.value.i16;
      case AMQP_FIELD_KIND_I8:
        return entry.value.value.i8;
      case AMQP_FIELD_KIND_U8:
        return entry.value.value.u8;
      default:
        return 0;
    }
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
