#include "services/product/search/search_sql.hpp"

#include "services/product/search/search_words.hpp"

#include <stdexcept>

namespace product::sql {
namespace {

// Names every parameter, so that each has a type also in statements that do not use it.
const std::string ARGS =
    R"(with args as (select $1::text, $2::text, $3::bigint[], $4::bigint, $5::bigint, $6::bigint,
  $7::boolean, $8::text, $9::bigint, $10::int, $11::int))";

const std::string FILTERS = R"(
  ($3::bigint[] is null or s.category_id = any($3::bigint[]))
  and ($4::bigint is null or s.price_minor >= $4::bigint)
  and ($5::bigint is null or s.price_minor <= $5::bigint)
  and ($6::bigint is null or s.rating_order >= $6::bigint * 1000000)
  and ($7::boolean is null or s.in_stock = $7::boolean))";

std::string words(Match match) {
  switch (match) {
    case Match::All:
      return "true";
    case Match::Any:
      return "(t.names @@ to_tsquery('simple', $1) or t.document @@ to_tsquery('english', $2))";
    case Match::Named:
      return "t.names @@ to_tsquery('simple', $1)";
    case Match::Others:
      return "t.document @@ to_tsquery('english', $2) and not t.names @@ to_tsquery('simple', $1)";
  }
  throw std::logic_error("unknown match");
}

struct Order {
  std::string key;
  std::string direction;  ///< of both key and id, so that one index serves both directions
  std::string after;
  std::string type = "bigint";
};

Order order_of(Sort sort) {
  static const std::map<Sort, Order> ORDERS{
      {Sort::Relevance, {"s.standing", "asc", ">"}},     {Sort::PriceUp, {"s.price_minor", "asc", ">"}},
      {Sort::PriceDown, {"s.price_minor", "desc", "<"}}, {Sort::Name, {"s.name_key", "asc", ">", "text"}},
      {Sort::Newest, {"s.product_id", "desc", "<"}},     {Sort::Rating, {"s.rating_order", "desc", "<"}}};
  return ORDERS.at(sort);
}

/// Score by text: rank, all words in the name, exact name; then standing. Millionths, negated to sort
/// ascending.
const std::string SCORE = R"((-(1000000 * (ts_rank(t.document, to_tsquery('english', $2))
    + case when t.names @@ to_tsquery('simple', $1) then 1 else 0 end
    + case when length(t.names) = numnode(to_tsquery('simple', $1)) - (numnode(to_tsquery('simple', $1)) - 1) / 2
                and t.names @@ to_tsquery('simple', $1) then 1 else 0 end) - s.standing))::bigint)";

const std::string SHOWN =
    R"(, p.id, p.name, p.price_minor, p.currency, x.in_stock, c.slug as category, x.rating_count,
  x.rating_sum, p.images->>0 as image)";
const std::string SHOW = R"(
  join product_search x on x.product_id = page.product_id join products p on p.id = page.product_id
  left join categories c on c.id = p.category_id)";

std::string text_join(Match match) {
  return match == Match::All ? "" : " join product_text t on t.product_id = s.product_id";
}

std::string position(const Order& order, const std::string& key, const std::string& id, bool from_position) {
  if (!from_position) return " true ";
  return " (" + key + ", " + id + ") " + order.after + " ($8::" + order.type +
         (order.type == "text" ? " collate \"C\"" : "") + ", $9::bigint) ";
}

/// Reads the rows of the matches one by one: the planner cannot know how few they are and would scan the
/// table.
std::string lateral_join(const std::string& table, const std::string& alias) {
  return " cross join lateral (select * from " + table + " x where x.product_id = m.product_id limit 1) " +
         alias;
}

/// Ids of at most $11 + 1 matches, unordered. Without filters the planner drops the join.
std::string matches(Match match, const std::string& further) {
  const std::string from = match == Match::All
                               ? "product_search s"
                               : "product_text t left join product_search s on s.product_id = t.product_id";
  const std::string id = match == Match::All ? "s.product_id" : "t.product_id";
  return "m as materialized (select " + id + " as product_id from " + from + " where " + words(match) +
         further + " and " + FILTERS + " limit $11::int + 1)";
}

}  // namespace

Args args_of(const std::optional<SearchText>& text, const SearchFilters& filters) {
  Args args;
  if (text) {
    args.names = names_query(*text);
    args.document = document_query(*text);
  }
  args.min_price = filters.min_price;
  args.max_price = filters.max_price;
  args.min_rating = filters.min_rating;
  args.in_stock = filters.in_stock;
  return args;
}

std::string gather(Match match, Sort sort, bool by_text, bool from_position) {
  const Order order = order_of(sort);
  const std::string key = by_text ? SCORE : order.key;
  return ARGS + ", " + matches(match, "") +
         ", found as (select count(*) as found from m), scored as (select " + key +
         " as key, m.product_id from m" + lateral_join("product_search", "s") +
         (by_text ? lateral_join("product_text", "t") : "") +
         " where (select found from found) <= $11::int), page as (select key, product_id from scored where" +
         position(order, "key", "product_id", from_position) + "order by key " + order.direction +
         ", product_id " + order.direction + " limit $10::int) select found.found, page.key" + SHOWN +
         " from found left join (page" + SHOW + ") on true order by page.key " + order.direction +
         ", page.product_id " + order.direction;
}

std::string walk(Match match, Sort sort, bool from_position) {
  const Order order = order_of(sort);
  return ARGS + ", page as (select " + order.key + " as key, s.product_id from product_search s" +
         text_join(match) + " where " + words(match) + " and " + FILTERS + " and" +
         position(order, order.key, "s.product_id", from_position) + "order by " + order.key + ' ' +
         order.direction + ", s.product_id " + order.direction +
         " limit $10::int) select 0 as found, page.key" + SHOWN + " from page" + SHOW +
         " order by page.key " + order.direction + ", page.product_id " + order.direction;
}

std::string count(Match match, bool sampled) {
  const std::string sample = !sampled              ? ""
                             : match == Match::All ? " and s.sample = 0"
                                                   : " and t.document @@ '''~s0'''::tsquery";
  return ARGS + ", " + matches(match, sample) + R"(, b as materialized (
    select s.category_id, s.in_stock, s.rating_order / 1000000000 as stars,
           width_bucket(s.price_minor, $8::bigint[]) as bucket
    from m)" +
         lateral_join("product_search", "s") + R"( where (select count(*) from m) <= $11::int)
  select 'found' as kind, 0::bigint as value, count(*) as count from m
  union all select 'category', category_id, count(*) from b where category_id is not null group by category_id
  union all select 'price', bucket, count(*) from b group by bucket
  union all select 'stars', stars, count(*) from b group by stars
  union all select 'stock', in_stock::int, count(*) from b group by in_stock)";
}

pqxx::result run(kit::db::Transaction& tx, const std::string& statement, const Args& args,
                 const std::optional<SearchPosition>& after, int limit, int most) {
  std::optional<std::string> key;
  std::optional<std::int64_t> id;
  if (after) {
    const auto* number = std::get_if<std::int64_t>(&after->key);
    key = number ? std::to_string(*number) : std::get<std::string>(after->key);
    id = after->id;
  }
  return tx.raw().exec_params(statement, args.names, args.document, args.categories, args.min_price,
                              args.max_price, args.min_rating, args.in_stock, key, id, limit, most);
}

}  // namespace product::sql
