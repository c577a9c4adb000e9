#include "services/product/catalog/product_store.hpp"

#include "services/kit/messaging/outbox.hpp"
#include "services/product/catalog/money_column.hpp"
#include "services/product/catalog/product_events.hpp"

namespace product {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement PAGE{"product_page", R"(
  select p.id, p.name, p.price_minor, p.currency, s.on_hand - s.reserved as available
  from products p join stock s on s.product_id = p.id
  where p.retired_at is null and p.id > $1
  order by p.id limit $2)"};

constexpr Statement FIND_BY_NAME{"product_find_by_name", R"(
  select p.id, p.name, p.price_minor, p.currency, s.on_hand - s.reserved as available, false as retired
  from products p join stock s on s.product_id = p.id
  where p.retired_at is null and lower(p.name) = lower($1))"};

constexpr Statement FIND_MANY{"product_find_many", R"(
  select p.id, p.name, p.price_minor, p.currency, coalesce(s.on_hand - s.reserved, 0) as available,
         p.retired_at is not null as retired
  from products p left join stock s on s.product_id = p.id
  where p.id = any($1::bigint[]) order by p.id)"};

constexpr Statement CREATE{"catalog_create", R"(
  insert into products (name, description, category_id, price_minor, currency, images, attributes)
  values ($1, $2, (select id from categories where slug = $3::text), $4, $5, $6::jsonb, $7::jsonb) returning id)"};

constexpr Statement STOCK{"catalog_create_stock", "insert into stock (product_id) values ($1)"};

constexpr Statement CHANGE{"catalog_change", R"(
  update products set name = $2, description = $3, category_id = (select id from categories where slug = $4::text),
    price_minor = $5, images = $6::jsonb, attributes = $7::jsonb
  where id = $1)"};

constexpr Statement RETIRE{"catalog_retire", "update products set retired_at = now() where id = $1"};

constexpr Statement CATEGORY{"catalog_category", "select id from categories where slug = $1 for key share"};

constexpr Statement LOCK{"catalog_lock", "select id from products where id = $1 for no key update"};

constexpr Statement FIND{"catalog_find", R"(
  select p.id, p.name, p.price_minor, p.currency, p.description, c.slug as category, p.images::text as images,
         p.attributes::text as attributes, p.retired_at is not null as retired, p.version,
         coalesce(s.on_hand - s.reserved, 0) as available, coalesce(r.count, 0) as rating_count,
         coalesce(r.sum, 0) as rating_sum
  from products p left join stock s on s.product_id = p.id left join categories c on c.id = p.category_id
  left join product_ratings r on r.product_id = p.id
  where p.id = $1)"};

Product product_of(const pqxx::row& row) {
  return {contracts::ProductId{row["id"].as<std::int64_t>()}, row["name"].as<std::string>(),
          money_of(row, "price_minor", "currency"), row["available"].as<std::int64_t>()};
}

std::vector<contracts::Offer> offers_of(const pqxx::result& rows) {
  std::vector<contracts::Offer> out;
  for (const auto& row : rows) {
    auto product = product_of(row);
    out.push_back(
        {product.id, std::move(product.name), product.price, product.available, row["retired"].as<bool>()});
  }
  return out;
}

ProductDetails details_of(const pqxx::row& row) {
  return {product_of(row),
          row["description"].as<std::string>(),
          row["category"].as<std::optional<std::string>>(),
          nlohmann::json::parse(row["images"].as<std::string>()).get<std::vector<std::string>>(),
          nlohmann::json::parse(row["attributes"].as<std::string>()),
          {row["rating_count"].as<std::int64_t>(), row["rating_sum"].as<std::int64_t>()},
          row["retired"].as<bool>(),
          row["version"].as<std::int64_t>()};
}

ProductData data_of(const ProductDetails& details) {
  return {details.product.name,  details.description, details.category,
          details.product.price, details.images,      details.attributes};
}

/// Creates the product, or changes the one with the id `existing`.
contracts::ProductId save_product(Transaction& tx, std::optional<contracts::ProductId> existing,
                                  const ProductData& data, const std::string& traceparent) try {
  // Locks the category against deletion until the transaction ends.
  if (data.category && tx.exec(CATEGORY, *data.category).empty()) throw UnknownCategory();
  const auto images = nlohmann::json(data.images).dump(), attributes = data.attributes.dump();
  auto id = existing.value_or(contracts::ProductId{});
  if (existing) {
    tx.exec(CHANGE, id.value, data.name, data.description, data.category, data.price.minor(), images,
            attributes);
  } else {
    id.value = tx.exec(CREATE, data.name, data.description, data.category, data.price.minor(),
                       data.price.currency().code(), images, attributes)[0]["id"]
                   .as<std::int64_t>();
    tx.exec(STOCK, id.value);
  }
  kit::messaging::write_outbox(tx, product_changed(id, data.name, data.price, false, traceparent));
  return id;
} catch (const pqxx::unique_violation& error) {
  if (std::string_view(error.what()).find("products_active_name") != std::string_view::npos)
    throw NameTaken();
  throw;
}

std::optional<ProductDetails> find_product(Transaction& tx, contracts::ProductId id) {
  const auto rows = tx.exec(FIND, id.value);
  if (rows.empty()) return std::nullopt;
  return details_of(rows[0]);
}

ProductDetails lock_product(Transaction& tx, contracts::ProductId id) {
  if (tx.exec(LOCK, id.value).empty()) throw ProductNotFound();
  return find_product(tx, id).value();
}

}  // namespace

kit::db::Page<Product> ProductStore::page(std::optional<std::int64_t> after, int limit,
                                          kit::Deadline deadline) const {
  return database_.read<kit::db::Page<Product>>("product_page", deadline, [&](Transaction& tx) {
    return kit::db::read_page(tx.exec(PAGE, after.value_or(0), limit + 1), limit, product_of);
  });
}

std::optional<ProductDetails> ProductStore::find(contracts::ProductId id, kit::Deadline deadline) const {
  return database_.read<std::optional<ProductDetails>>("product_find", deadline,
                                                       [&](Transaction& tx) { return find_product(tx, id); });
}

std::optional<contracts::Offer> ProductStore::find_by_name(const std::string& name,
                                                           kit::Deadline deadline) const {
  auto found = database_.read<std::vector<contracts::Offer>>(
      "product_find_by_name", deadline,
      [&](Transaction& tx) { return offers_of(tx.exec(FIND_BY_NAME, name)); });
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<contracts::Offer> ProductStore::find_many(const std::vector<contracts::ProductId>& ids,
                                                      kit::Deadline deadline) const {
  std::string list;
  for (const auto id : ids) list += (list.empty() ? "{" : ",") + std::to_string(id.value);
  return database_.read<std::vector<contracts::Offer>>("product_find_many", deadline, [&](Transaction& tx) {
    return offers_of(tx.exec(FIND_MANY, list + '}'));
  });
}

kit::db::StoredResponse ProductStore::create(const ProductData& data, const std::string& traceparent,
                                             const std::optional<kit::db::IdempotencyKey>& key,
                                             const Render& render, kit::Deadline deadline) const {
  return kit::db::respond_once(database_, "product_create", deadline, key, [&](Transaction& tx) {
    return render(find_product(tx, save_product(tx, std::nullopt, data, traceparent)).value());
  });
}

ProductDetails ProductStore::change(contracts::ProductId id, const nlohmann::json& patch, const Check& check,
                                    const std::string& traceparent, kit::Deadline deadline) const {
  return database_.transact<ProductDetails>("product_change", deadline, [&](Transaction& tx) {
    const auto before = lock_product(tx, id);
    check(before);
    if (before.retired) throw ProductRetired();
    const auto old = data_of(before);
    const auto data = patched(old, patch);
    if (to_json(data) != to_json(old)) save_product(tx, id, data, traceparent);
    return find_product(tx, id).value();
  });
}

void ProductStore::retire(contracts::ProductId id, const Check& check, const std::string& traceparent,
                          kit::Deadline deadline) const {
  const auto work = [&](Transaction& tx) {
    const auto before = lock_product(tx, id);
    if (before.retired) return;  // idempotent, whichever version the client knows
    check(before);
    tx.exec(RETIRE, id.value);
    kit::messaging::write_outbox(
        tx, product_changed(id, before.product.name, before.product.price, true, traceparent));
  };
  database_.transact("product_retire", deadline, work, true);
}

}  // namespace product
