#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/catalog/category.hpp"

#include <optional>
#include <string>
#include <vector>

namespace product {

/// The category tree in the database. Thread-safe. Throws kit::db::Unavailable.
class CategoryStore final {
 public:
  explicit CategoryStore(kit::db::Database& database) : database_(database) {}

  /// With the number of products on sale per category.
  CategoryTree tree(kit::Deadline deadline) const;
  /// Changes are serialised. They throw CategoryRefused; change and remove also CategoryNotFound.
  Category create(const CategoryData& data, kit::Deadline deadline) const;
  /// Applies a merge patch (RFC 7396) of CategoryData. Throws Problem 422.
  Category change(std::int64_t id, const nlohmann::json& patch, kit::Deadline deadline) const;
  /// Retired products leave the category; products on sale and child categories refuse its removal.
  void remove(std::int64_t id, kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
};

/// All categories, without numbers of products.
std::vector<Category> read_categories(kit::db::Transaction& tx);

/// The ids of a category and its descendants as a PostgreSQL array; nullopt when the category does not exist.
std::optional<std::string> category_subtree(kit::db::Transaction& tx, const std::string& slug);

}  // namespace product
