#include "services/product/catalog/sample_data.hpp"

#include "services/kit/embedded.hpp"

extern const std::vector<kit::EmbeddedFile> product_sample_catalog;

namespace product {
namespace {

using kit::db::Statement;

constexpr std::int64_t IN_STOCK = 100;

// Blocks concurrent fills and creates until the transaction ends.
constexpr Statement LOCK{"sample_lock", "lock table products in share row exclusive mode"};
constexpr Statement EMPTY{"sample_empty", "select not exists (select 1 from products) as empty"};

constexpr Statement CATEGORY{"sample_category", R"(
  insert into categories (slug, name, parent_id)
  select x.slug, x.name, (select id from categories where slug = x.parent)
  from jsonb_to_record($1::jsonb) as x(slug text, name text, parent text)
  on conflict (slug) do nothing)"};

constexpr Statement PRODUCTS{"sample_products", R"(
  insert into products (id, name, description, category_id, price_minor, currency)
  select x.id, x.name, x.description, c.id, x.price_minor, $2
  from jsonb_to_recordset($1::jsonb) as x(id bigint, name text, description text, category text, price_minor bigint)
  left join categories c on c.slug = x.category)"};

constexpr Statement NEXT_ID{"sample_next_id",
                            "select setval(pg_get_serial_sequence('products', 'id'), max(id)) from products"};

constexpr Statement STOCK{"sample_stock", R"(
  with received as (
    insert into stock_ledger (product_id, change, reason, balance)
    select id, $1::bigint, 'received', $1::bigint from products
  )
  insert into stock (product_id, on_hand) select id, $1::bigint from products)"};

constexpr Statement SOLD{"sample_sold", R"(
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

}  // namespace

nlohmann::json sample_catalog() { return nlohmann::json::parse(product_sample_catalog.at(0).text); }

void fill_sample_data(kit::db::Database& database, kit::Currency currency) {
  auto catalog = sample_catalog();
  std::int64_t id = 0;
  for (auto& product : catalog.at("products")) {
    product["id"] = ++id;
    product["price_minor"] = minor_units(product.at("cents"), currency);
  }
  const auto work = [&](kit::db::Transaction& tx) {
    tx.exec(LOCK);
    if (!tx.exec(EMPTY)[0]["empty"].as<bool>()) return;
    for (const auto& category : catalog.at("categories")) tx.exec(CATEGORY, category.dump());
    tx.exec(PRODUCTS, catalog.at("products").dump(), currency.code());
    tx.exec(NEXT_ID);
    tx.exec(STOCK, IN_STOCK);
    tx.exec(SOLD, 1, 1);  // order 1: Alice, Laptop
    tx.exec(SOLD, 2, 3);  // order 2: Bob, Smartphone
  };
  database.transact("sample_data", kit::Deadline::in(std::chrono::seconds(30)), work);
}

}  // namespace product
