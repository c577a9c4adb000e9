#include "services/user/recommendations/purchase_store.hpp"

#include "services/user/recommendations/known_product_store.hpp"

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr int SEEDS = 20;     // of each kind, the newest
constexpr int PARTNERS = 30;  // of each seed, those with the most orders

// One round trip per order. Rows are locked in the order of ids, so that orders with the same products cannot
// deadlock.
constexpr Statement CONFIRM{"confirm_bought_order", R"(
  with counted as (
    insert into bought_orders (order_id, user_id, at) select $1, id, $3 from users where id = $2 for key share
    on conflict (order_id) do nothing
    returning order_id
  ), lines as (
    insert into bought_lines (order_id, product_id) select order_id, unnest($4::bigint[]) from counted
  ), sales as (
    insert into product_sales as s (product_id, orders)
    select p, 1 from counted, unnest($4::bigint[]) p order by p
    on conflict (product_id) do update set orders = s.orders + 1
  )
  insert into product_pairs as s (product_id, other_id, orders)
  select a, b, 1 from counted, unnest($5::bigint[]) a, unnest($5::bigint[]) b where a <> b order by a, b
  on conflict (product_id, other_id) do update set orders = s.orders + 1)"};

constexpr Statement CANCEL_ORDER{"cancel_bought_order", R"(
  insert into bought_orders (order_id) values ($1) on conflict (order_id) do update set user_id = null)"};

constexpr Statement REMOVE_LINES{"remove_bought_lines",
                                 "delete from bought_lines where order_id = $1 returning product_id"};

constexpr Statement DISCOUNT_SALES{"discount_sales", R"(
  update product_sales set orders = greatest(orders - 1, 0)
  where product_id in (select product_id from product_sales where product_id = any($1::bigint[])
                       order by product_id for update))"};

constexpr Statement DISCOUNT_PAIRS{"discount_pairs", R"(
  update product_pairs set orders = greatest(orders - 1, 0)
  where (product_id, other_id) in (select product_id, other_id from product_pairs
                                   where product_id = any($1::bigint[]) and other_id = any($1::bigint[])
                                   order by product_id, other_id for update))"};

#define OWNED                                                                                                \
  "(select from bought_orders o join bought_lines l using (order_id) where o.user_id = $1 and l.product_id " \
  "= "

constexpr Statement SEED_LIST{"recommendation_seeds", R"(
  (select product_id, 'bought' as why from bought_orders o join bought_lines l using (order_id)
   where o.user_id = $1 group by product_id order by max(at) desc, product_id limit $2)
  union all
  (select product_id, 'favorite' from favorites f
   where user_id = $1 and not exists )" OWNED R"( f.product_id) order by id desc limit $2)
  union all
  (select product_id, 'viewed' from views v
   where user_id = $1 and not exists )" OWNED R"( v.product_id) order by viewed_at desc limit $2))"};

constexpr Statement PARTNER_LIST{"recommendation_partners", R"(
  select seed, other_id, orders
  from unnest($2::bigint[]) seed cross join lateral (
    select other_id, orders from product_pairs p
    where p.product_id = seed and orders > 0 and not exists )" OWNED R"( p.other_id)
      and not exists (select from known_products k where k.product_id = p.other_id and k.retired)
    order by orders desc, other_id limit $3) partner)"};

constexpr Statement SALES{"recommendation_sales", R"(
  select product_id, orders from product_sales where product_id = any($1::bigint[]))"};

constexpr Statement BEST{"recommendation_best_sellers", R"(
  select product_id from product_sales s
  where orders > 0 and not exists )" OWNED R"( s.product_id)
    and not exists (select from known_products k where k.product_id = s.product_id and k.retired)
  order by orders desc, product_id limit $2)"};

#undef OWNED

contracts::ProductId product(const pqxx::row& row, const char* column) {
  return {row[column].as<std::int64_t>()};
}

Reason reason_of(const std::string& why) {
  if (why == "bought") return Reason::BoughtTogether;
  return why == "favorite" ? Reason::Favorite : Reason::Viewed;
}

std::string paired(std::vector<contracts::ProductId> ids) {
  if (ids.size() > PurchaseStore::MAX_PAIRED) ids.resize(PurchaseStore::MAX_PAIRED);
  return array_of(ids);
}

}  // namespace

void PurchaseStore::confirm(Transaction& tx, contracts::OrderId order, kit::UserId user,
                            const std::set<contracts::ProductId>& products, const std::string& time) {
  const std::vector<contracts::ProductId> ids(products.begin(), products.end());
  tx.exec(CONFIRM, order.value, user.value, time, array_of(ids), paired(ids));
}

void PurchaseStore::cancel(Transaction& tx, contracts::OrderId order) {
  tx.exec(CANCEL_ORDER, order.value);
  std::set<contracts::ProductId> products;
  for (const auto& row : tx.exec(REMOVE_LINES, order.value)) products.insert(product(row, "product_id"));
  if (products.empty()) return;
  const std::vector<contracts::ProductId> ids(products.begin(), products.end());
  tx.exec(DISCOUNT_SALES, array_of(ids));
  tx.exec(DISCOUNT_PAIRS, paired(ids));
}

RecommendationInput PurchaseStore::recommendation_input(kit::UserId user, int best_sellers,
                                                        kit::Deadline deadline) const {
  return database_.read<RecommendationInput>("recommendation_knowledge", deadline, [&](Transaction& tx) {
    RecommendationInput out;
    std::vector<contracts::ProductId> seeds;
    for (const auto& row : tx.exec(SEED_LIST, user.value, SEEDS)) {
      out.seeds.push_back({product(row, "product_id"), reason_of(row["why"].as<std::string>())});
      seeds.push_back(out.seeds.back().product);
    }
    std::set<contracts::ProductId> all(seeds.begin(), seeds.end());
    for (const auto& row : tx.exec(PARTNER_LIST, user.value, array_of({all.begin(), all.end()}), PARTNERS)) {
      out.co_purchases.push_back(
          {product(row, "seed"), product(row, "other_id"), row["orders"].as<std::int64_t>()});
      all.insert(out.co_purchases.back().other);
    }
    for (const auto& row : tx.exec(SALES, array_of({all.begin(), all.end()})))
      out.sales.emplace(product(row, "product_id"), row["orders"].as<std::int64_t>());
    for (const auto& row : tx.exec(BEST, user.value, best_sellers))
      out.best_sellers.push_back(product(row, "product_id"));
    return out;
  });
}

}  // namespace user
