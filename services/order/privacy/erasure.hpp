#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/ids.hpp"
#include "services/kit/messaging/consumer.hpp"
#include "services/kit/metrics/metrics.hpp"

namespace order {

/// Erases users on `user.erased` events of the user service, from the queue `order.events`.
class Erasure {
 public:
  Erasure(kit::db::Database& database, const kit::messaging::BrokerOptions& broker, kit::Metrics& metrics);

 private:
  kit::messaging::Consumer consumer_;
};

/// The user that an event is about. Throws kit::messaging::Unreadable without one.
kit::UserId user_of(const kit::messaging::Event& event);

}  // namespace order
