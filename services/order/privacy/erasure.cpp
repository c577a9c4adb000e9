#include "services/order/privacy/erasure.hpp"

#include "services/kit/log/log.hpp"
#include "services/kit/messaging/inbox.hpp"
#include "services/order/privacy/erased_store.hpp"

namespace order {
namespace {

void handle(kit::db::Transaction& tx, const kit::messaging::Event& event) {
  if (event.type != "user.erased") return;
  const auto user = user_of(event);
  erase(tx, user);
  kit::log::info("user erased", {{"user_id", user.value}});
}

}  // namespace

kit::UserId user_of(const kit::messaging::Event& event) {
  const auto found = event.data.is_object() ? event.data.find("user_id") : event.data.end();
  const bool valid = event.data.is_object() && found != event.data.end() && found->is_number_integer();
  const kit::UserId user{valid ? found->get<std::int64_t>() : 0};
  if (user.value <= 0) throw kit::messaging::Unreadable("user_id is missing or no id");
  return user;
}

Erasure::Erasure(kit::db::Database& database, const kit::messaging::BrokerOptions& broker,
                 kit::Metrics& metrics)
    : consumer_({.broker = broker, .queue = "order.events", .bindings = {"user.erased"}},
                kit::messaging::once(database, "order.people", handle), metrics) {}

}  // namespace order
