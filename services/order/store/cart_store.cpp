#include "services/order/store/cart_store.hpp"

#include "services/order/domain/errors.hpp"
#include "services/order/privacy/erasure.hpp"
#include "services/order/store/order_rows.hpp"
#include "services/order/store/state_sql.hpp"

namespace order {
namespace {

using kit::db::Transaction;
using nlohmann::json;

constexpr kit::db::Statement MAKE{"cart_make",
                                  "insert into carts (user_id) values ($1) on conflict do nothing"};
constexpr kit::db::Statement LOCK{"cart_lock", "select version from carts where user_id = $1 for update"};
constexpr kit::db::Statement FIND{"cart_find", R"(
  select c.version, l.product_id, l.quantity, l.name, l.unit_price_minor, l.put_price_minor, l.currency
  from carts c left join cart_lines l using (user_id) where c.user_id = $1 order by l.added_at, l.product_id)"};
constexpr kit::db::Statement WRITE{"cart_write", R"(
  with kept as (
    select * from jsonb_to_recordset($2::jsonb) as x(
      product_id bigint, quantity bigint, name text, unit_price_minor bigint, put_price_minor bigint, currency text)
  ), gone as (
    delete from cart_lines where user_id = $1 and product_id not in (select product_id from kept)
  ), put as (
    insert into cart_lines as l (user_id, product_id, quantity, name, unit_price_minor, put_price_minor, currency)
    select $1, product_id, quantity, name, unit_price_minor, put_price_minor, currency from kept
    on conflict (user_id, product_id) do update
    set quantity = excluded.quantity, name = excluded.name, unit_price_minor = excluded.unit_price_minor,
        put_price_minor = excluded.put_price_minor, currency = excluded.currency
  )
  update carts set version = version + 1, updated_at = now() where user_id = $1 returning version)"};
constexpr kit::db::Statement TAKEN{
    "cart_taken", "insert into checkouts (order_id, user_id, lines) values ($1, $2, $3::jsonb)"};
constexpr kit::db::Statement SETTLED{"cart_settled", R"(
  select exists (select from checkouts c join orders o on o.id = c.order_id
                 where c.user_id = $1 and o.state not in )" SHOPKEEPER_PLACING R"() as any)"};
// As far as there is room for it.
constexpr kit::db::Statement SETTLE{"cart_settle", R"(
  with settled as (
    delete from checkouts c using orders o
    where c.user_id = $1 and o.id = c.order_id and o.state not in )" SHOPKEEPER_PLACING R"(
    returning case when o.confirmed_at is null then c.lines else '[]' end as lines
  ), back as (
    select distinct on (x.product_id) x.*
    from settled, jsonb_to_recordset(settled.lines) as x(
      product_id bigint, quantity bigint, name text, unit_price_minor bigint, put_price_minor bigint, currency text)
    where not exists (select from cart_lines l where l.user_id = $1 and l.product_id = x.product_id)
  )
  insert into cart_lines (user_id, product_id, quantity, name, unit_price_minor, put_price_minor, currency)
  select $1, product_id, quantity, name, unit_price_minor, put_price_minor, currency
  from back order by product_id
  limit greatest(0, $2::bigint - (select count(*) from cart_lines where user_id = $1)))"};
constexpr kit::db::Statement SEEN{"cart_seen", R"(
  update cart_lines l set name = x.name, unit_price_minor = x.unit_price_minor
  from jsonb_to_recordset($2::jsonb) as x(product_id bigint, name text, unit_price_minor bigint, currency text)
  where l.user_id = $1 and l.product_id = x.product_id and l.currency = x.currency)"};

CartLine line_of(const pqxx::row& row) {
  return {contracts::ProductId{row["product_id"].as<std::int64_t>()}, row["quantity"].as<std::int64_t>(),
          row["name"].as<std::string>(), money_of(row, "unit_price_minor"), money_of(row, "put_price_minor")};
}

Cart cart_of(const pqxx::result& rows) {
  Cart out;
  for (const auto& row : rows) {
    out.version = row["version"].as<std::int64_t>();
    if (!row["product_id"].is_null()) out.lines.push_back(line_of(row));
  }
  return out;
}

std::string json_of(const std::vector<CartLine>& lines) {
  auto out = json::array();
  for (const auto& line : lines)
    out.push_back({{"product_id", line.product.value},
                   {"quantity", line.quantity},
                   {"name", line.name},
                   {"unit_price_minor", line.unit_price.minor()},
                   {"put_price_minor", line.put_price.minor()},
                   {"currency", line.unit_price.currency().code()}});
  return out.dump();
}

Cart write(Transaction& tx, kit::UserId user, Cart cart) {
  cart.version = tx.exec(WRITE, user.value, json_of(cart.lines))[0]["version"].as<std::int64_t>();
  return cart;
}

}  // namespace

Cart CartStore::find(kit::UserId user, kit::Deadline deadline) {
  const bool settled = database_.read<bool>("cart_settled", deadline, [&](Transaction& tx) {
    return tx.exec(SETTLED, user.value)[0]["any"].as<bool>();
  });
  if (settled)
    return edit(
        user, [](Cart&) {}, true, deadline);
  return database_.read<Cart>("cart_find", deadline,
                              [&](Transaction& tx) { return cart_of(tx.exec(FIND, user.value)); });
}

Cart CartStore::edit(kit::UserId user, const std::function<void(Cart&)>& change, bool idempotent,
                     kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    require_not_erased(tx, user);
    tx.exec(MAKE, user.value);
    tx.exec(LOCK, user.value);
    tx.exec(SETTLE, user.value, Cart::MAX_LINES);
    auto cart = cart_of(tx.exec(FIND, user.value));
    change(cart);
    return write(tx, user, std::move(cart));
  };
  return database_.transact<Cart>("cart_edit", deadline, work, idempotent);
}

void CartStore::take(Transaction& tx, kit::UserId user, const std::vector<CartLine>& ordered,
                     contracts::OrderId order) {
  tx.exec(LOCK, user.value);
  auto cart = cart_of(tx.exec(FIND, user.value));
  for (const auto& line : ordered)
    if (!cart.reduce(line.product, line.quantity)) throw CartChanged();
  write(tx, user, std::move(cart));
  tx.exec(TAKEN, order.value, user.value, json_of(ordered));
}

void CartStore::seen(kit::UserId user, const std::vector<CartLine>& lines, kit::Deadline deadline) {
  if (lines.empty()) return;
  database_.transact(
      "cart_seen", deadline, [&](Transaction& tx) { tx.exec(SEEN, user.value, json_of(lines)); }, true);
}

}  // namespace order
