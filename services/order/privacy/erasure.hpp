#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/ids.hpp"
#include "services/kit/messaging/consumer.hpp"
#include "services/kit/metrics/metrics.hpp"

namespace order {

/// Does what the user service's `user.erased` asks for, off the queue `order.events`.
class Erasure {
 public:
  Erasure(kit::db::Database& database, const kit::messaging::BrokerOptions& broker, kit::Metrics& metrics);

 private:
  kit::messaging::Consumer consumer_;
};

/// The person that an event is about. Throws kit::messaging::Unreadable when it does not say.
kit::UserId person_of(const kit::messaging::Event& event);

}  // namespace order
