#include "services/order/privacy/erased_store.hpp"

namespace order::people {
namespace {

constexpr kit::db::Statement ERASED{"person_erased", "select person_erased($1) as erased"};

constexpr kit::db::Statement LOCK{"person_lock",
                                  "select pg_advisory_xact_lock(1936221552, ($1::bigint % 2147483647)::int)"};
constexpr kit::db::Statement TOMBSTONE{
    "person_tombstone", "insert into erased_users (user_id) values ($1) on conflict do nothing"};
constexpr kit::db::Statement ORDERS{"person_orders", R"(
  update orders set user_name = '', user_email = '' where user_id = $1 and (user_name <> '' or user_email <> ''))"};
constexpr kit::db::Statement CART{"person_cart", "delete from carts where user_id = $1"};
// Of orders, and of refunds that the person gave as staff.
constexpr kit::db::Statement KEYS{"person_keys",
                                  "delete from idempotency_keys where scope in ($1, 'refund/' || $1)"};

}  // namespace

bool erased(kit::db::Transaction& tx, kit::UserId person) {
  return tx.exec(ERASED, person.value)[0]["erased"].as<bool>();
}

void erase(kit::db::Transaction& tx, kit::UserId person) {
  tx.exec(LOCK, person.value);
  tx.exec(TOMBSTONE, person.value);
  tx.exec(ORDERS, person.value);
  tx.exec(CART, person.value);
  tx.exec(KEYS, "user/" + std::to_string(person.value));
}

}  // namespace order::people
