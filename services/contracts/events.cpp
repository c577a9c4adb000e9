#include "services/contracts/events.hpp"

#include <stdexcept>

namespace contracts {

const std::vector<kit::messaging::ConsumerQueue>& consumers() {
  static const std::vector<kit::messaging::ConsumerQueue> all{
      {"notification.events",
       {"order.confirmed", "order.rejected", "order.cancelled", "order.shipped", "order.delivered",
        "order.refunded", "user.registered", "user.verification_requested", "user.password_reset_requested",
        "user.registration_repeated", "user.password_changed", "user.email_changed", "user.erased",
        "user.changed"}},
      {"order.events", {"user.erased"}},
      {"product.events", {"order.confirmed", "order.cancelled", "order.refunded", "user.erased"}},
      {"user.events", {"order.confirmed", "order.cancelled", "product.changed"}},
  };
  return all;
}

const std::vector<std::string>& consumed_types(std::string_view queue) {
  for (const auto& consumer : consumers())
    if (consumer.queue == queue) return consumer.types;
  throw std::invalid_argument("no consumer of the queue " + std::string(queue));
}

}  // namespace contracts
