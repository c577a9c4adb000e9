#include "services/product/reviews/purchase_store.hpp"

#include "services/contracts/events/order.hpp"
#include "services/contracts/events/user.hpp"
#include "services/kit/db/erased_users.hpp"

namespace product {
namespace {

using kit::db::Statement;
using kit::db::Transaction;
using kit::messaging::Unreadable;
using nlohmann::json;

constexpr Statement ADD{"purchase_add", R"(
  insert into purchases (order_id, product_id, user_id)
  select $1, (x.value)::bigint, $2 from jsonb_array_elements_text($3::jsonb) x
  where not exists (select 1 from purchases_void v where v.order_id = $1)
  on conflict do nothing)"};

constexpr Statement VOID_ORDER{"purchase_void",
                               "insert into purchases_void (order_id) values ($1) on conflict do nothing"};
constexpr Statement DELETE{"purchase_take_back", "delete from purchases where order_id = $1"};

constexpr Statement ERASE_PURCHASES{"purchase_erase", "delete from purchases where user_id = $1"};
// Locks in a fixed order as far as a delete allows; a deadlock is retried.
constexpr Statement ERASE_REVIEWS{"review_erase", R"(
  delete from reviews where id in (select id from reviews where user_id = $1 order by product_id for update))"};
constexpr Statement ERASE_RESPONSES{"idempotency_erase",
                                    "delete from idempotency_keys where scope = 'user/' || $1::text"};

void add_purchases(Transaction& tx, const contracts::OrderEvent& order) {
  const auto user = order.user ? order.user->id : order.user_id;
  auto products = json::array();
  for (const auto& line : order.lines) {
    if (!line.product) throw Unreadable("a line has no product");
    products.push_back(line.product->value);
  }
  if (!user || products.empty()) throw Unreadable("nobody bought anything");
  if (kit::db::is_erased(tx, *user)) return;
  tx.exec(ADD, order.order.value, user->value, products.dump());
}

void void_order(Transaction& tx, contracts::OrderId order) {
  tx.exec(VOID_ORDER, order.value);
  tx.exec(DELETE, order.value);
}

void erase_user(Transaction& tx, kit::UserId user) {
  kit::db::mark_erased(tx, user);
  for (const auto& statement : {ERASE_PURCHASES, ERASE_REVIEWS, ERASE_RESPONSES})
    tx.exec(statement, user.value);
}

}  // namespace

void apply_purchase_event(Transaction& tx, const kit::messaging::Event& event) {
  if (event.type == "user.erased")
    return erase_user(tx, user_of(contracts::read<contracts::UserEvent>(event.data)));
  const auto order = contracts::read<contracts::OrderEvent>(event.data);
  if (event.type == "order.confirmed") return add_purchases(tx, order);
  if (event.type == "order.cancelled") return void_order(tx, order.order);
  if (event.type != "order.refunded") return;
  if (!order.refunded_total || !order.total) throw Unreadable("no totals");
  // After a partial refund it is still a purchase.
  if (order.refunded_total == order.total) void_order(tx, order.order);
}

}  // namespace product
