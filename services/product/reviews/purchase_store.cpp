#include "services/product/reviews/purchase_store.hpp"

#include "services/kit/db/erased_users.hpp"
#include "services/kit/messaging/consumer.hpp"

namespace product {
namespace {

using kit::db::Statement;
using kit::db::Transaction;
using kit::messaging::Event;
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

std::int64_t id_in(const json& data, const char* field) {
  const auto id = data.at(field).get<std::int64_t>();
  if (id <= 0) throw kit::messaging::Unreadable(std::string(field) + " is not an id");
  return id;
}

/// Older events have `user_id` instead of `user`.
std::int64_t buyer(const json& data) {
  return data.contains("user") ? id_in(data.at("user"), "id") : id_in(data, "user_id");
}

void add_purchases(Transaction& tx, const json& data) {
  const auto order = id_in(data, "order_id");
  const auto user = buyer(data);
  auto products = json::array();
  for (const auto& line : data.at("lines")) products.push_back(id_in(line, "product_id"));
  if (kit::db::is_erased(tx, kit::UserId{user})) return;
  tx.exec(ADD, order, user, products.dump());
}

void void_order(Transaction& tx, const json& data) {
  const auto order = id_in(data, "order_id");
  tx.exec(VOID_ORDER, order);
  tx.exec(DELETE, order);
}

void erase_user(Transaction& tx, const json& data) {
  const auto user = id_in(data, "user_id");
  kit::db::mark_erased(tx, kit::UserId{user});
  tx.exec(ERASE_PURCHASES, user);
  tx.exec(ERASE_REVIEWS, user);
  tx.exec(ERASE_RESPONSES, user);
}

}  // namespace

void apply_purchase_event(Transaction& tx, const Event& event) try {
  if (event.type == "order.confirmed") return add_purchases(tx, event.data);
  if (event.type == "order.cancelled") return void_order(tx, event.data);
  // After a partial refund it is still a purchase.
  if (event.type == "order.refunded" && event.data.at("refunded_total") == event.data.at("total"))
    return void_order(tx, event.data);
  if (event.type == "user.erased") erase_user(tx, event.data);
} catch (const json::exception& e) {
  throw kit::messaging::Unreadable(e.what());
}

}  // namespace product
