#include "services/product/catalog/product_edit_store.hpp"

#include "services/kit/messaging/outbox.hpp"
#include "services/product/catalog/money_column.hpp"

namespace product {
namespace {

using kit::db::Transaction;

constexpr kit::db::Statement CREATE{"catalog_create", R"(
  insert into products (name, description, category_id, price_minor, currency, images, attributes)
  values ($1, $2, (select id from categories where slug = $3::text), $4, $5, $6::jsonb, $7::jsonb) returning id)"};

constexpr kit::db::Statement STOCK{"catalog_create_stock", "insert into stock (product_id) values ($1)"};

constexpr kit::db::Statement CHANGE{"catalog_change", R"(
  update products set name = $2, description = $3, category_id = (select id from categories where slug = $4::text),
    price_minor = $5, images = $6::jsonb, attributes = $7::jsonb
  where id = $1)"};

constexpr kit::db::Statement RETIRE{
    "catalog_retire",
    "update products set retired_at = now() where id = $1 returning name, price_minor, currency"};

constexpr kit::db::Statement CATEGORY{"catalog_category",
                                      "select id from categories where slug = $1 for key share"};

constexpr kit::db::Statement LOCK{"catalog_lock", "select id from products where id = $1 for no key update"};

constexpr kit::db::Statement FIND{"catalog_find", R"(
  select p.id, p.name, p.price_minor, p.currency, p.description, c.slug as category, p.images::text as images,
         p.attributes::text as attributes, p.retired_at is not null as retired, p.version,
         coalesce(s.on_hand - s.reserved, 0) as available, coalesce(r.count, 0) as rating_count,
         coalesce(r.sum, 0) as rating_sum
  from products p left join stock s on s.product_id = p.id left join categories c on c.id = p.category_id
  left join product_ratings r on r.product_id = p.id
  where p.id = $1)"};

ProductDetails details_of(const pqxx::row& row) {
  ProductDetails out{{kit::ProductId{row["id"].as<std::int64_t>()}, row["name"].as<std::string>(),
                      money_of(row, "price_minor", "currency"), row["available"].as<std::int64_t>()},
                     row["description"].as<std::string>(),
                     row["category"].as<std::optional<std::string>>(),
                     nlohmann::json::parse(row["images"].as<std::string>()).get<std::vector<std::string>>(),
                     nlohmann::json::parse(row["attributes"].as<std::string>()),
                     {row["rating_count"].as<std::int64_t>(), row["rating_sum"].as<std::int64_t>()},
                     row["retired"].as<bool>(),
                     row["version"].as<std::int64_t>()};
  return out;
}

void tell(Transaction& tx, kit::ProductId id, const std::string& name, const kit::Money& price, bool retired,
          const std::string& traceparent) {
  kit::messaging::write_outbox(
      tx, kit::messaging::Event::make(
              "/shopkeeper/product", "product.changed", "product/" + std::to_string(id.value),
              {{"product_id", id.value},
               {"name", name},
               {"unit_price", {{"minor", price.minor()}, {"currency", price.currency().code()}}},
               {"retired", retired}},
              traceparent));
}

/// Stays there until the transaction ends.
void require_category(Transaction& tx, const ProductData& data) {
  if (data.category && tx.exec(CATEGORY, *data.category).empty()) throw UnknownCategory();
}

bool about_name(const pqxx::unique_violation& error) {
  return std::string_view(error.what()).find("products_active_name") != std::string_view::npos;
}

}  // namespace

kit::ProductId create_product(Transaction& tx, const ProductData& data, const std::string& traceparent) try {
  require_category(tx, data);
  const kit::ProductId id{tx.exec(CREATE, data.name, data.description, data.category, data.price.minor(),
                                  std::string(data.price.currency().code()),
                                  nlohmann::json(data.images).dump(), data.attributes.dump())[0]["id"]
                              .as<std::int64_t>()};
  tx.exec(STOCK, id.value);
  tell(tx, id, data.name, data.price, false, traceparent);
  return id;
} catch (const pqxx::unique_violation& error) {
  if (about_name(error)) throw NameTaken();
  throw;
}

std::optional<ProductDetails> find_product(Transaction& tx, kit::ProductId id) {
  const auto rows = tx.exec(FIND, id.value);
  if (rows.empty()) return std::nullopt;
  return details_of(rows[0]);
}

std::optional<ProductDetails> lock_product(Transaction& tx, kit::ProductId id) {
  if (tx.exec(LOCK, id.value).empty()) return std::nullopt;
  return find_product(tx, id);
}

void change_product(Transaction& tx, kit::ProductId id, const ProductData& data,
                    const std::string& traceparent) try {
  require_category(tx, data);
  tx.exec(CHANGE, id.value, data.name, data.description, data.category, data.price.minor(),
          nlohmann::json(data.images).dump(), data.attributes.dump());
  tell(tx, id, data.name, data.price, false, traceparent);
} catch (const pqxx::unique_violation& error) {
  if (about_name(error)) throw NameTaken();
  throw;
}

void retire_product(Transaction& tx, kit::ProductId id, const std::string& traceparent) {
  const auto rows = tx.exec(RETIRE, id.value);
  tell(tx, id, rows[0]["name"].as<std::string>(), money_of(rows[0], "price_minor", "currency"), true,
       traceparent);
}

}  // namespace product
