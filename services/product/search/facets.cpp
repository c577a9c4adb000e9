#include "services/product/catalog/category.hpp"
#include "services/product/catalog/category_store.hpp"
#include "services/product/search/search_store.hpp"

#include <array>

namespace product {
namespace {

using kit::db::Transaction;

constexpr std::int64_t SAMPLED = 16;
constexpr std::array<std::int64_t, 7> PRICES{25, 50, 100, 250, 500, 1000, 2500};  ///< whole units

/// Counts under one set of filters, by value.
struct Counts {
  std::int64_t found = 0;
  bool exact = true;
  std::map<std::int64_t, std::int64_t> categories, prices, stars, stock;
};

std::vector<std::int64_t> bounds(kit::Currency currency) {
  std::vector<std::int64_t> out;
  for (auto bound : PRICES) {
    // A unit of a currency without decimals is worth about a cent.
    for (int d = currency.decimals() == 0 ? 2 : currency.decimals(); d > 0; --d) bound *= 10;
    out.push_back(bound);
  }
  return out;
}

std::string array_of(const std::vector<std::int64_t>& numbers) {
  std::string out;
  for (const auto n : numbers) out += (out.empty() ? "{" : ",") + std::to_string(n);
  return out + '}';
}

Counts read(const pqxx::result& rows, std::int64_t each) {
  Counts out;
  out.exact = each == 1;
  for (const auto& row : rows) {
    const auto kind = row["kind"].as<std::string>();
    const auto value = row["value"].as<std::int64_t>();
    const auto count = row["count"].as<std::int64_t>() * each;
    if (kind == "found") out.found = count;
    if (kind == "category") out.categories[value] = count;
    if (kind == "price") out.prices[value] = count;
    if (kind == "stars") out.stars[value] = count;
    if (kind == "stock") out.stock[value] = count;
  }
  return out;
}

/// Counts exactly up to MAX_SCORED matches, else estimates from the sample.
Counts count(Transaction& tx, const SearchQuery& query, const SearchFilters& filters,
             const std::optional<std::string>& categories, const std::string& prices) {
  auto args = sql::args_of(query.text, filters);
  if (filters.category) args.categories = categories;
  const auto match = query.text ? sql::Match::Any : sql::Match::All;
  const SearchPosition bounds{Section::Scored, prices, 0};
  auto exact = read(sql::run(tx, sql::count(match, false), args, bounds, 0, sql::MAX_SCORED), 1);
  if (exact.found <= sql::MAX_SCORED) return exact;
  // Practically unlimited.
  return read(sql::run(tx, sql::count(match, true), args, bounds, 0, 1'000'000'000), SAMPLED);
}

void add_categories(Transaction& tx, const Counts& counts, Facets& into) {
  const CategoryTree tree(read_categories(tx));
  const auto totals = tree.totals(counts.categories);
  for (const auto& category : tree.all())
    if (const auto found = totals.find(category.id); found != totals.end() && found->second > 0)
      into.categories.push_back({category.slug, category.name, found->second});
}

void add_prices(const Counts& counts, const std::vector<std::int64_t>& bounds, Facets& into) {
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    const auto found = counts.prices.find(static_cast<std::int64_t>(i));
    Facets::PriceRange range{i == 0 ? 0 : bounds[i - 1], std::nullopt,
                             found == counts.prices.end() ? 0 : found->second};
    if (i < bounds.size()) range.to = bounds[i];
    into.prices.push_back(range);
  }
}

void add_ratings(const Counts& counts, Facets& into) {
  std::int64_t sum = 0;
  for (int stars = 5; stars >= 1; --stars) {
    const auto found = counts.stars.find(stars);
    sum += found == counts.stars.end() ? 0 : found->second;
    into.ratings.push_back({stars, sum});
  }
}

}  // namespace

Facets SearchStore::facets(const SearchQuery& query, kit::Currency currency, kit::Deadline deadline) const {
  const auto prices = bounds(currency);
  return database_.read<Facets>("product_facets", deadline, [&](Transaction& tx) {
    Facets out;
    if (query.text && query.text->words.empty()) {
      add_prices({}, prices, out);
      add_ratings({}, out);
      return out;
    }
    const auto& filters = query.filters;
    std::optional<std::string> subtree;
    if (filters.category) subtree = category_subtree(tx, *filters.category).value_or("{}");
    const auto list = array_of(prices);
    auto all = count(tx, query, filters, subtree, list);
    // A filtered facet shows the counts of its other values too.
    const auto without = [&](bool set, auto&& drop) {
      if (!set) return all;
      auto others = filters;
      drop(others);
      return count(tx, query, others, subtree, list);
    };
    const auto categories = without(filters.category.has_value(), [](auto& f) { f.category.reset(); });
    const auto by_price = without(filters.min_price || filters.max_price, [](auto& f) {
      f.min_price.reset();
      f.max_price.reset();
    });
    const auto ratings = without(filters.min_rating.has_value(), [](auto& f) { f.min_rating.reset(); });
    const auto stock = without(filters.in_stock.has_value(), [](auto& f) { f.in_stock.reset(); });

    add_categories(tx, categories, out);
    add_prices(by_price, prices, out);
    add_ratings(ratings, out);
    for (const auto& [value, number] : stock.stock) (value ? out.in_stock : out.sold_out) = number;
    out.total = all.found;
    out.exact = all.exact && categories.exact && by_price.exact && ratings.exact && stock.exact;
    return out;
  });
}

}  // namespace product
