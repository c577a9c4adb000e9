#include "services/product/reviews/purchase_store.hpp"

#include "services/kit/messaging/consumer.hpp"

namespace product {
namespace {

using kit::db::Transaction;
using kit::messaging::Event;
using nlohmann::json;

// Serialises the events of one order and of one user across replicas.
constexpr kit::db::Statement LOCK{"purchase_alone", "select pg_advisory_xact_lock(hashtextextended($1, 0))"};
constexpr kit::db::Statement LOCK_BOTH{
    "purchase_both_alone",
    "select pg_advisory_xact_lock(hashtextextended($1, 0)), pg_advisory_xact_lock(hashtextextended($2, 0))"};

constexpr kit::db::Statement ADD{"purchase_add", R"(
  insert into purchases (order_id, product_id, user_id)
  select $1, (x.value)::bigint, $2 from jsonb_array_elements_text($3::jsonb) x
  where not exists (select 1 from purchases_void v where v.order_id = $1)
    and not exists (select 1 from erased_users e where e.user_id = $2)
  on conflict do nothing)"};

constexpr kit::db::Statement VOID_ORDER{
    "purchase_void", "insert into purchases_void (order_id) values ($1) on conflict do nothing"};
constexpr kit::db::Statement DELETE{"purchase_take_back", "delete from purchases where order_id = $1"};

constexpr kit::db::Statement ERASE{"purchase_erase_user",
                                   "insert into erased_users (user_id) values ($1) on conflict do nothing"};
constexpr kit::db::Statement ERASE_PURCHASES{"purchase_erase", "delete from purchases where user_id = $1"};
// Locks in a fixed order as far as a delete allows; a deadlock is retried.
constexpr kit::db::Statement ERASE_REVIEWS{"review_erase", R"(
  delete from reviews where id in (select id from reviews where user_id = $1 order by product_id for update))"};
constexpr kit::db::Statement ERASE_RESPONSES{
    "idempotency_erase", "delete from idempotency_keys where scope = 'user/' || $1::text"};

void lock(Transaction& tx, const std::string& what) { tx.exec(LOCK, what); }

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
  tx.exec(LOCK_BOTH, "order/" + std::to_string(order), "user/" + std::to_string(user));
  tx.exec(ADD, order, user, products.dump());
}

void void_order(Transaction& tx, const json& data) {
  const auto order = id_in(data, "order_id");
  lock(tx, "order/" + std::to_string(order));
  tx.exec(VOID_ORDER, order);
  tx.exec(DELETE, order);
}

void erase_user(Transaction& tx, const json& data) {
  const auto user = id_in(data, "user_id");
  lock(tx, "user/" + std::to_string(user));
  tx.exec(ERASE, user);
  tx.exec(ERASE_PURCHASES, user);
  tx.exec(ERASE_REVIEWS, user);
  tx.exec(ERASE_RESPONSES, user);
}

}  // namespace

std::vector<std::string> purchase_events() {
  return {"order.confirmed", "order.cancelled", "order.refunded", "user.erased"};
}

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
