#include "services/order/privacy/erasure.hpp"

#include "services/contracts/events/user.hpp"
#include "services/kit/db/erased_users.hpp"
#include "services/kit/log/log.hpp"
#include "services/order/domain/errors.hpp"

namespace order {
namespace {

// The same as kit::db::is_erased in one round trip.
constexpr kit::db::Statement ERASED{"user_erased", "select person_erased($1) as erased"};

constexpr kit::db::Statement ORDERS{"erase_orders", R"(
  update orders set user_name = '', user_email = '' where user_id = $1 and (user_name <> '' or user_email <> ''))"};
constexpr kit::db::Statement CART{"erase_cart", "delete from carts where user_id = $1"};
// Of orders, and of refunds that the user made as staff.
constexpr kit::db::Statement KEYS{"erase_keys",
                                  "delete from idempotency_keys where scope in ($1, 'refund/' || $1)"};

}  // namespace

void require_not_erased(kit::db::Transaction& tx, kit::UserId user) {
  if (tx.exec(ERASED, user.value)[0]["erased"].as<bool>()) throw UserErased();
}

void apply_event(kit::db::Transaction& tx, const kit::messaging::Event& event) {
  if (event.type != "user.erased") return;
  const auto user = user_of(contracts::read<contracts::UserEvent>(event.data));
  kit::db::mark_erased(tx, user);
  tx.exec(ORDERS, user.value);
  tx.exec(CART, user.value);
  tx.exec(KEYS, "user/" + std::to_string(user.value));
  kit::log::info("user erased", {{"user_id", user.value}});
}

}  // namespace order
