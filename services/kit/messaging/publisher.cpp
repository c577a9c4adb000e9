#include "services/kit/messaging/publisher.hpp"

#include <amqp_framing.h>
#include <errno.h>

#include <algorithm>

namespace kit::messaging {
namespace {

/// Whether events of the type must reach a queue.
bool is_consumed(const std::vector<ConsumerQueue>& queues, std::string_view type) {
  return std::any_of(queues.begin(), queues.end(), [&](const ConsumerQueue& queue) {
    return std::find(queue.types.begin(), queue.types.end(), type) != queue.types.end();
  });
}

}  // namespace

Publisher::Publisher(const BrokerOptions& options, std::vector<ConsumerQueue> queues,
                     prometheus::Counter& unroutable)
    : connection_(options, std::string(program_invocation_short_name) + " relay"),
      exchange_(options.exchange),
      queues_(std::move(queues)),
      unroutable_(unroutable) {
  try {
    connection_.declare_exchange(exchange_, "topic");
    amqp_confirm_select(connection_.state(), BrokerConnection::CHANNEL);
    connection_.check_reply("asking for confirms");
    declare_all(options, queues_);
  } catch (const BrokerError& error) {
    throw BrokerError("exchange " + exchange_ + ": " + error.what(), error.code());
  }
}

std::uint64_t Publisher::publish(const Outgoing& row) {
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG |
                      AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TYPE_FLAG;
  properties.content_type = bytes("application/cloudevents+json; charset=utf-8");
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  properties.message_id = bytes(row.event_id);
  properties.type = bytes(row.type);
  // The broker would return events of types that nobody consumes.
  const bool mandatory = is_consumed(queues_, row.type);
  constexpr bool immediate = false;
  const int status = amqp_basic_publish(connection_.state(), BrokerConnection::CHANNEL, bytes(exchange_),
                                        bytes(row.type), mandatory, immediate, &properties, bytes(row.body));
  connection_.check(status, "publishing");
  return ++last_tag_;
}

std::optional<Publisher::Confirm> Publisher::next_confirm(std::chrono::milliseconds wait) {
  const auto deadline = Deadline::in(wait);
  amqp_frame_t frame{};
  while (connection_.next_frame(frame, deadline.left())) {
    // A returned message comes as method, header and body frames; its ack follows as that of any other.
    if (frame.frame_type != AMQP_FRAME_METHOD) continue;
    if (frame.payload.method.id == AMQP_BASIC_RETURN_METHOD) {
      unroutable_.Increment();
      const auto* returned = static_cast<const amqp_basic_return_t*>(frame.payload.method.decoded);
      throw BrokerError("no queue is bound for " + std::string(view(returned->routing_key)));
    }
    if (frame.payload.method.id == AMQP_BASIC_ACK_METHOD) {
      const auto* ack = static_cast<const amqp_basic_ack_t*>(frame.payload.method.decoded);
      return Confirm{ack->delivery_tag, ack->multiple != 0, true};
    }
    if (frame.payload.method.id == AMQP_BASIC_NACK_METHOD) {
      const auto* nack = static_cast<const amqp_basic_nack_t*>(frame.payload.method.decoded);
      return Confirm{nack->delivery_tag, nack->multiple != 0, false};
    }
  }
  return std::nullopt;
}

void Publisher::idle() {
  // Nothing is unconfirmed, so frames that still arrive do not concern the outbox.
  while (next_confirm(std::chrono::milliseconds(0))) {
  }
}

}  // namespace kit::messaging
