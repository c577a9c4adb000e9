#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/events/consumer.hpp"
#include "services/kit/ids.hpp"
#include "services/kit/metrics/metrics.hpp"

namespace order {

/// Does what the user service's `user.erased` asks for, off the queue `order.events`.
class Erasure {
 public:
  Erasure(kit::db::Database& database, const kit::events::BrokerOptions& broker, kit::Metrics& metrics);

 private:
  kit::events::Consumer consumer_;
};

/// The person that an event is about. Throws kit::events::Unreadable when it does not say.
kit::UserId person_of(const kit::events::Event& event);

}  // namespace order
