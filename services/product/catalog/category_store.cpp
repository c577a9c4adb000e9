#include "services/product/catalog/category_store.hpp"

namespace product {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

// Two concurrent moves could form a cycle that neither sees.
constexpr Statement LOCK{"category_alone", "lock table categories in share row exclusive mode"};

constexpr Statement ALL{"category_all",
                        "select id, parent_id, slug, name, 0 as products from categories order by id"};

constexpr Statement SUBTREE{"category_subtree", R"(
  with recursive tree as (
    select id from categories where slug = $1
    union select c.id from categories c join tree t on c.parent_id = t.id)
  select array_agg(id)::text as ids from tree)"};

constexpr Statement COUNTED{"category_counted", R"(
  select c.id, c.parent_id, c.slug, c.name, coalesce(n.products, 0) as products
  from categories c
  left join (select category_id, count(*) as products from product_search group by category_id) n on n.category_id = c.id
  order by c.id)"};

constexpr Statement FIND{"category_find", R"(
  select id, parent_id, slug, name,
         (select count(*) from product_search s where s.category_id = c.id) as products
  from categories c where id = $1)"};

constexpr Statement CREATE{"category_create",
                           "insert into categories (slug, name, parent_id) values ($1, $2, $3) returning id"};

constexpr Statement CHANGE{"category_change",
                           "update categories set slug = $2, name = $3, parent_id = $4 where id = $1"};

constexpr Statement IN_USE{"category_in_use", R"(
  select exists (select 1 from products where category_id = $1 and retired_at is null)
      or exists (select 1 from categories where parent_id = $1) as used)"};

// Staff cannot move retired products to another category.
constexpr Statement DETACH_RETIRED{
    "category_let_go",
    "update products set category_id = null where category_id = $1 and retired_at is not null"};

constexpr Statement DELETE{"category_delete", "delete from categories where id = $1"};

std::vector<Category> categories_of(const pqxx::result& rows) {
  std::vector<Category> out;
  for (const auto& row : rows)
    out.push_back({row["id"].as<std::int64_t>(), row["parent_id"].as<std::optional<std::int64_t>>(),
                   row["slug"].as<std::string>(), row["name"].as<std::string>(),
                   row["products"].as<std::int64_t>()});
  return out;
}

Category find_category(Transaction& tx, std::int64_t id) {
  auto found = categories_of(tx.exec(FIND, id));
  if (found.empty()) throw CategoryNotFound();
  return std::move(found.front());
}

}  // namespace

std::vector<Category> read_categories(Transaction& tx) { return categories_of(tx.exec(ALL)); }

std::optional<std::string> category_subtree(Transaction& tx, const std::string& slug) {
  return tx.exec(SUBTREE, slug)[0]["ids"].as<std::optional<std::string>>();
}

CategoryTree CategoryStore::tree(kit::Deadline deadline) const {
  return database_.read<CategoryTree>("category_tree", deadline, [](Transaction& tx) {
    return CategoryTree(categories_of(tx.exec(COUNTED)));
  });
}

Category CategoryStore::create(const CategoryData& data, kit::Deadline deadline) const {
  return database_.transact<Category>("category_create", deadline, [&](Transaction& tx) {
    tx.exec(LOCK);
    check_category(read_categories(tx), 0, data);
    const auto id = tx.exec(CREATE, data.slug, data.name, data.parent)[0]["id"].as<std::int64_t>();
    return find_category(tx, id);
  });
}

Category CategoryStore::change(std::int64_t id, const nlohmann::json& patch, kit::Deadline deadline) const {
  return database_.transact<Category>("category_change", deadline, [&](Transaction& tx) {
    tx.exec(LOCK);
    const auto data = patched(find_category(tx, id), patch);
    check_category(read_categories(tx), id, data);
    tx.exec(CHANGE, id, data.slug, data.name, data.parent);
    return find_category(tx, id);
  });
}

void CategoryStore::remove(std::int64_t id, kit::Deadline deadline) const try {
  database_.transact("category_delete", deadline, [&](Transaction& tx) {
    tx.exec(LOCK);
    find_category(tx, id);
    if (tx.exec(IN_USE, id)[0]["used"].as<bool>()) throw CategoryRefused(CategoryRefused::Reason::NotEmpty);
    tx.exec(DETACH_RETIRED, id);
    tx.exec(DELETE, id);
  });
} catch (const pqxx::foreign_key_violation&) {
  throw CategoryRefused(CategoryRefused::Reason::NotEmpty);  // a product was added concurrently
}

}  // namespace product
