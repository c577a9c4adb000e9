#include "services/product/catalog/category_store.hpp"

#include <set>

namespace product {
namespace {

using kit::db::Transaction;
using Why = CategoryRefused::Why;

// Two moves at once could make a circle that neither sees.
constexpr kit::db::Statement ALONE{"category_alone", "lock table categories in share row exclusive mode"};

constexpr kit::db::Statement COUNTED{"category_counted", R"(
  select c.id, c.parent_id, c.slug, c.name, coalesce(n.products, 0) as products
  from categories c
  left join (select category_id, count(*) as products from product_search group by category_id) n on n.category_id = c.id
  order by c.id)"};

constexpr kit::db::Statement FIND{"category_find", R"(
  select id, parent_id, slug, name,
         (select count(*) from product_search s where s.category_id = c.id) as products
  from categories c where id = $1)"};

constexpr kit::db::Statement LINKS{"category_links",
                                   "select id, parent_id, slug, name, 0 as products from categories"};

constexpr kit::db::Statement CREATE{
    "category_create", "insert into categories (slug, name, parent_id) values ($1, $2, $3) returning id"};

constexpr kit::db::Statement CHANGE{
    "category_change", "update categories set slug = $2, name = $3, parent_id = $4 where id = $1"};

constexpr kit::db::Statement IN_USE{"category_in_use", R"(
  select exists (select 1 from products where category_id = $1 and retired_at is null)
      or exists (select 1 from categories where parent_id = $1) as used)"};

// What is sold no more cannot be put elsewhere by anybody.
constexpr kit::db::Statement LET_GO{
    "category_let_go",
    "update products set category_id = null where category_id = $1 and retired_at is not null"};

constexpr kit::db::Statement DELETE{"category_delete", "delete from categories where id = $1"};

Category category_of(const pqxx::row& row) {
  return {row["id"].as<std::int64_t>(), row["parent_id"].as<std::optional<std::int64_t>>(),
          row["slug"].as<std::string>(), row["name"].as<std::string>(), row["products"].as<std::int64_t>()};
}

/// Checks that `id` (0: a new one) may have this slug and hang below this parent.
void check(Transaction& tx, std::int64_t id, const CategoryData& data) {
  std::map<std::int64_t, Category> all;
  for (const auto& row : tx.exec(LINKS)) {
    auto category = category_of(row);
    if (category.slug == data.slug && category.id != id) throw CategoryRefused(Why::SlugTaken);
    all.emplace(category.id, std::move(category));
  }
  if (id == 0 && static_cast<std::int64_t>(all.size()) >= MAX_CATEGORIES) throw CategoryRefused(Why::TooMany);
  int above = 0;
  for (auto at = data.parent; at; ++above) {
    if (*at == id) throw CategoryRefused(Why::Cycle);
    const auto found = all.find(*at);
    if (found == all.end()) throw CategoryRefused(Why::NoParent);
    if (above >= MAX_CATEGORY_DEPTH) throw CategoryRefused(Why::TooDeep);
    at = found->second.parent;
  }
  // How deep what hangs below it would come.
  std::set<std::int64_t> level{id};
  for (int depth = above + 1; id != 0 && !level.empty(); ++depth) {
    if (depth > MAX_CATEGORY_DEPTH) throw CategoryRefused(Why::TooDeep);
    std::set<std::int64_t> next;
    for (const auto& [child, category] : all)
      if (category.parent && level.contains(*category.parent)) next.insert(child);
    level.swap(next);
  }
  if (above >= MAX_CATEGORY_DEPTH) throw CategoryRefused(Why::TooDeep);
}

}  // namespace

CategoryTree counted_categories(Transaction& tx) {
  std::vector<Category> all;
  for (const auto& row : tx.exec(COUNTED)) all.push_back(category_of(row));
  return CategoryTree(std::move(all));
}

std::optional<Category> find_category(Transaction& tx, std::int64_t id) {
  const auto rows = tx.exec(FIND, id);
  if (rows.empty()) return std::nullopt;
  return category_of(rows[0]);
}

std::int64_t create_category(Transaction& tx, const CategoryData& data) {
  tx.exec(ALONE);
  check(tx, 0, data);
  return tx.exec(CREATE, data.slug, data.name, data.parent)[0]["id"].as<std::int64_t>();
}

bool change_category(Transaction& tx, std::int64_t id, const CategoryData& data) {
  tx.exec(ALONE);
  if (!find_category(tx, id)) return false;
  check(tx, id, data);
  tx.exec(CHANGE, id, data.slug, data.name, data.parent);
  return true;
}

bool delete_category(Transaction& tx, std::int64_t id) try {
  tx.exec(ALONE);
  if (!find_category(tx, id)) return false;
  if (tx.exec(IN_USE, id)[0]["used"].as<bool>()) throw CategoryRefused(Why::NotEmpty);
  tx.exec(LET_GO, id);
  tx.exec(DELETE, id);
  return true;
} catch (const pqxx::foreign_key_violation&) {
  throw CategoryRefused(Why::NotEmpty);  // a product came in just now
}

}  // namespace product
