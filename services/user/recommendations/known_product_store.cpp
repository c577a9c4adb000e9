#include "services/user/recommendations/known_product_store.hpp"

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;
using nlohmann::json;

constexpr Statement NOW{"now", "select clock_timestamp()::text as now"};

constexpr Statement FIND{"find_known_products", R"(
  select product_id, name, price_minor, currency, retired,
         greatest(asked_at, case when changed_at is not null then heard_at end)
           > now() - interval '1 minute' as fresh
  from known_products where product_id = any($1::bigint[]))"};

// Everything that locks several rows does so in the order of ids.
constexpr Statement UPDATE{"update_known_products", R"(
  insert into known_products as k (product_id, name, price_minor, currency, retired, asked_at)
  select id, name, price_minor, currency, retired, clock_timestamp()
  from jsonb_to_recordset($1::jsonb) as x(id bigint, name text, price_minor bigint, currency text, retired bool)
  order by id
  on conflict (product_id) do update
  set name = excluded.name, price_minor = excluded.price_minor, currency = excluded.currency,
      retired = excluded.retired, asked_at = excluded.asked_at
  where k.changed_at is null or k.heard_at < $2::timestamptz)"};

constexpr Statement RETIRE{"retire_known_products", R"(
  update known_products set retired = true, asked_at = clock_timestamp()
  where product_id in (select product_id from known_products where product_id = any($1::bigint[])
                       order by product_id for update)
    and heard_at < $2::timestamptz)"};

constexpr Statement APPLY{"apply_product_change", R"(
  insert into known_products as k (product_id, name, price_minor, currency, retired, changed_at)
  select id, name, price_minor, currency, retired, $2::timestamptz
  from jsonb_to_recordset($1::jsonb) as x(id bigint, name text, price_minor bigint, currency text, retired bool)
  on conflict (product_id) do update
  set name = excluded.name, price_minor = excluded.price_minor, currency = excluded.currency,
      retired = excluded.retired, changed_at = excluded.changed_at, heard_at = excluded.heard_at
  where k.changed_at is null or k.changed_at <= excluded.changed_at)"};

constexpr Statement ADD_MISSING{"add_missing_products", R"(
  insert into known_products (product_id, name, price_minor, currency)
  select id, name, price_minor, currency
  from jsonb_to_recordset($1::jsonb) as x(id bigint, name text, price_minor bigint, currency text)
  order by id
  on conflict (product_id) do nothing)"};

/// For jsonb_to_recordset.
json rows_of(const KnownProducts& products) {
  auto rows = json::array();
  for (const auto& [id, product] : products) {
    json row{{"id", id.value}, {"name", product.name}, {"retired", product.retired}};
    if (product.price) {
      row["price_minor"] = product.price->minor();
      row["currency"] = product.price->currency().code();
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

KnownProduct read(const pqxx::row& row) {
  KnownProduct product{row["name"].as<std::string>(), std::nullopt, row["retired"].as<bool>()};
  if (row["price_minor"].is_null() || row["currency"].is_null()) return product;
  if (const auto currency = kit::Currency::parse(row["currency"].as<std::string>()))
    product.price.emplace(row["price_minor"].as<std::int64_t>(), *currency);
  return product;
}

}  // namespace

void describe(nlohmann::ordered_json& row, const KnownProduct& product) {
  row["name"] = product.name;
  if (product.price) {
    row["price"] = nlohmann::ordered_json(product.price->number());
    row["currency"] = product.price->currency().code();
  }
  row["retired"] = product.retired;
}

std::string array_of(const std::vector<contracts::ProductId>& ids) {
  std::string out = "{";
  for (const auto id : ids) out += (out.size() > 1 ? "," : "") + std::to_string(id.value);
  return out + "}";
}

KnownProductStore::Found KnownProductStore::find(const std::vector<contracts::ProductId>& ids,
                                                 kit::Deadline deadline) const {
  return database_.read<Found>("find_known_products", deadline, [&](Transaction& tx) {
    Found found;
    found.now = tx.exec(NOW)[0]["now"].as<std::string>();
    for (const auto& row : tx.exec(FIND, array_of(ids))) {
      const contracts::ProductId id{row["product_id"].as<std::int64_t>()};
      found.products.emplace(id, read(row));
      if (!row["fresh"].is_null() && row["fresh"].as<bool>()) found.fresh.insert(id);
    }
    return found;
  });
}

void KnownProductStore::update(const std::vector<contracts::ProductId>& requested,
                               const KnownProducts& answer, const std::string& since,
                               kit::Deadline deadline) {
  const auto rows = rows_of(answer);
  std::vector<contracts::ProductId> missing;
  for (const auto id : requested)
    if (!answer.contains(id)) missing.push_back(id);
  const auto work = [&](Transaction& tx) {
    if (!rows.empty()) tx.exec(UPDATE, rows.dump(), since);
    if (!missing.empty()) tx.exec(RETIRE, array_of(missing), since);
  };
  database_.transact("learn_products", deadline, work, true);
}

void KnownProductStore::apply_change(Transaction& tx, contracts::ProductId id, const KnownProduct& product,
                                     const std::string& time) {
  tx.exec(APPLY, rows_of({{id, product}}).dump(), time);
}

void KnownProductStore::add_missing(Transaction& tx, const KnownProducts& products) {
  if (!products.empty()) tx.exec(ADD_MISSING, rows_of(products).dump());
}

}  // namespace user
