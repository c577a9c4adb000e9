#include "services/product/catalog/product_store.hpp"

#include "services/product/catalog/money_column.hpp"
#include "services/product/catalog/product_edit_store.hpp"

namespace product {
namespace {

constexpr kit::db::Statement PAGE{"product_page", R"(
  select p.id, p.name, p.price_minor, p.currency, s.on_hand - s.reserved as available
  from products p join stock s on s.product_id = p.id
  where p.retired_at is null and p.id > $1
  order by p.id limit $2)"};

constexpr kit::db::Statement FIND_BY_NAME{"product_find_by_name", R"(
  select p.id, p.name, p.price_minor, p.currency, s.on_hand - s.reserved as available
  from products p join stock s on s.product_id = p.id
  where p.retired_at is null and lower(p.name) = lower($1))"};

constexpr kit::db::Statement FIND_MANY{"product_find_many", R"(
  select p.id, p.name, p.price_minor, p.currency, coalesce(s.on_hand - s.reserved, 0) as available,
         p.retired_at is not null as retired
  from products p left join stock s on s.product_id = p.id
  where p.id = any($1::bigint[]) order by p.id)"};

Product product_of(const pqxx::row& row) {
  return {kit::ProductId{row["id"].as<std::int64_t>()}, row["name"].as<std::string>(),
          money_of(row, "price_minor", "currency"), row["available"].as<std::int64_t>()};
}

}  // namespace

ProductPage Catalog::page(std::optional<kit::ProductId> after, int limit, kit::Deadline deadline) const {
  return database_.read<ProductPage>("product_page", deadline, [&](kit::db::Transaction& tx) {
    // One more than asked for tells whether there is a next page.
    const auto rows = tx.exec(PAGE, after ? after->value : 0, limit + 1);
    ProductPage page;
    for (const auto& row : rows) {
      if (page.products.size() == static_cast<std::size_t>(limit)) {
        page.next = page.products.back().id;
        break;
      }
      page.products.push_back(product_of(row));
    }
    return page;
  });
}

std::optional<ProductDetails> Catalog::find(kit::ProductId id, kit::Deadline deadline) const {
  return database_.read<std::optional<ProductDetails>>(
      "product_find", deadline, [&](kit::db::Transaction& tx) { return find_product(tx, id); });
}

std::optional<Product> Catalog::find_by_name(const std::string& name, kit::Deadline deadline) const {
  using Found = std::optional<Product>;
  return database_.read<Found>("product_find_by_name", deadline, [&](kit::db::Transaction& tx) -> Found {
    const auto rows = tx.exec(FIND_BY_NAME, name);
    if (rows.empty()) return std::nullopt;
    return product_of(rows[0]);
  });
}

std::vector<KnownProduct> Catalog::find_many(const std::vector<kit::ProductId>& ids,
                                             kit::Deadline deadline) const {
  std::string list;
  for (const auto id : ids) list += (list.empty() ? "{" : ",") + std::to_string(id.value);
  return database_.read<std::vector<KnownProduct>>(
      "product_find_many", deadline, [&](kit::db::Transaction& tx) {
        std::vector<KnownProduct> out;
        for (const auto& row : tx.exec(FIND_MANY, list + '}'))
          out.push_back({product_of(row), row["retired"].as<bool>()});
        return out;
      });
}

}  // namespace product
