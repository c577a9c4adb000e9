#include "services/order/privacy/erasure.hpp"

#include "services/kit/log/log.hpp"
#include "services/kit/messaging/inbox.hpp"
#include "services/order/privacy/erased_store.hpp"

namespace order {
namespace {

void erase(kit::db::Transaction& tx, const kit::messaging::Event& event) {
  if (event.type != "user.erased") return;
  const auto person = person_of(event);
  people::erase(tx, person);
  kit::log::info("a person is erased", {{"user_id", person.value}});
}

}  // namespace

kit::UserId person_of(const kit::messaging::Event& event) {
  const auto found = event.data.is_object() ? event.data.find("user_id") : event.data.end();
  const bool well = event.data.is_object() && found != event.data.end() && found->is_number_integer();
  const kit::UserId person{well ? found->get<std::int64_t>() : 0};
  if (person.value <= 0) throw kit::messaging::Unreadable("user_id is missing or no id");
  return person;
}

Erasure::Erasure(kit::db::Database& database, const kit::messaging::BrokerOptions& broker,
                 kit::Metrics& metrics)
    : consumer_({.broker = broker, .queue = "order.events", .bindings = {"user.erased"}},
                kit::messaging::once(database, "order.people", erase), metrics) {}

}  // namespace order
