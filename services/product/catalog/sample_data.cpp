#include "services/product/catalog/sample_data.hpp"

#include <nlohmann/json.hpp>

namespace product {
namespace {

constexpr std::int64_t IN_STOCK = 100;

// Blocks concurrent fills and creates until the transaction ends.
constexpr kit::db::Statement LOCK{"sample_lock", "lock table products in share row exclusive mode"};
constexpr kit::db::Statement EMPTY{"sample_empty", "select not exists (select 1 from products) as empty"};

constexpr kit::db::Statement CATEGORY{"sample_category", R"(
  insert into categories (slug, name, parent_id)
  values ($1, $2, (select id from categories where slug = $3))
  on conflict (slug) do nothing)"};

constexpr kit::db::Statement PRODUCTS{"sample_products", R"(
  insert into products (id, name, description, category_id, price_minor, currency)
  select x.id, x.name, x.description, c.id, x.price_minor, $2
  from jsonb_to_recordset($1::jsonb) as x(id bigint, name text, description text, category text, price_minor bigint)
  left join categories c on c.slug = x.category)"};

constexpr kit::db::Statement NEXT_ID{
    "sample_next_id", "select setval(pg_get_serial_sequence('products', 'id'), max(id)) from products"};

constexpr kit::db::Statement STOCK{"sample_stock", R"(
  with received as (
    insert into stock_ledger (product_id, change, reason, balance)
    select id, $1::bigint, 'received', $1::bigint from products
  )
  insert into stock (product_id, on_hand) select id, $1::bigint from products)"};

constexpr kit::db::Statement SOLD{"sample_sold", R"(
  with reservation as (
    insert into reservations (order_id, state, expires_at, settled_at) values ($1, 'confirmed', now(), now())
  ), line as (
    insert into reservation_lines (order_id, product_id, name, quantity, unit_price_minor, currency)
    select $1, id, name, 1, price_minor, currency from products where id = $2
  ), sold as (
    update stock set on_hand = on_hand - 1 where product_id = $2 returning on_hand
  )
  insert into stock_ledger (product_id, change, reason, order_id, balance) select $2, -1, 'sold', $1, on_hand from sold)"};

/// The price in the shop's currency: the same number of units, whatever its decimals.
std::int64_t minor_units(std::int64_t cents, kit::Currency currency) {
  auto minor = cents;
  for (int d = currency.decimals(); d > 2; --d) minor *= 10;
  for (int d = currency.decimals(); d < 2; ++d) minor = (minor + 5) / 10;
  return minor;
}

nlohmann::json rows(kit::Currency currency) {
  auto out = nlohmann::json::array();
  for (const auto& product : sample_products())
    out.push_back({{"id", out.size() + 1},
                   {"name", product.name},
                   {"description", product.description},
                   {"category", product.category},
                   {"price_minor", minor_units(product.cents, currency)}});
  return out;
}

}  // namespace

void fill_sample_data(kit::db::Database& database, kit::Currency currency) {
  const auto text = rows(currency).dump();
  database.transact("sample_data", kit::Deadline::in(std::chrono::seconds(30)),
                    [&](kit::db::Transaction& tx) {
                      tx.exec(LOCK);
                      if (!tx.exec(EMPTY)[0]["empty"].as<bool>()) return;
                      for (const auto& [slug, parent, name] : sample_categories())
                        tx.exec(CATEGORY, std::string(slug), std::string(name), std::string(parent));
                      tx.exec(PRODUCTS, text, std::string(currency.code()));
                      tx.exec(NEXT_ID);
                      tx.exec(STOCK, IN_STOCK);
                      tx.exec(SOLD, 1, 1);  // order 1: Alice, Laptop
                      tx.exec(SOLD, 2, 3);  // order 2: Bob, Smartphone
                    });
}

}  // namespace product
