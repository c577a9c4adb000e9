#include "services/product/catalog/category_rows.hpp"

namespace product {
namespace {

constexpr kit::db::Statement ALL{"category_all",
                                 "select id, parent_id, slug, name from categories order by id"};

constexpr kit::db::Statement SUBTREE{"category_subtree", R"(
  with recursive tree as (
    select id from categories where slug = $1
    union select c.id from categories c join tree t on c.parent_id = t.id)
  select array_agg(id)::text as ids from tree)"};

}  // namespace

std::vector<Category> read_categories(kit::db::Transaction& tx) {
  std::vector<Category> out;
  for (const auto& row : tx.exec(ALL))
    out.push_back({row["id"].as<std::int64_t>(), row["parent_id"].as<std::optional<std::int64_t>>(),
                   row["slug"].as<std::string>(), row["name"].as<std::string>(), 0});
  return out;
}

std::optional<std::string> category_subtree(kit::db::Transaction& tx, const std::string& slug) {
  return tx.exec(SUBTREE, slug)[0]["ids"].as<std::optional<std::string>>();
}

}  // namespace product
