#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/catalog/product.hpp"

#include <optional>
#include <string>
#include <vector>

namespace product {

/// What is on sale. Thread-safe. Everything here throws kit::db::Unavailable when the database is away.
class Catalog {
 public:
  explicit Catalog(kit::db::Database& database) : database_(database) {}

  /// At most `limit` products with ids above `after`, by id: a page deep in the list costs the same as the
  /// first.
  ProductPage page(std::optional<kit::ProductId> after, int limit, kit::Deadline deadline) const;
  /// Also what is sold no more.
  std::optional<ProductDetails> find(kit::ProductId id, kit::Deadline deadline) const;
  /// By its exact name, whatever the case.
  std::optional<Product> find_by_name(const std::string& name, kit::Deadline deadline) const;
  /// Those of the ids that there are, retired ones too, by id.
  std::vector<KnownProduct> find_many(const std::vector<kit::ProductId>& ids, kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
};

}  // namespace product
