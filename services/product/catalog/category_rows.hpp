#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/catalog/category.hpp"

#include <optional>
#include <string>
#include <vector>

namespace product {

/// All categories, without counts of products.
std::vector<Category> read_categories(kit::db::Transaction& tx);

/// The ids of a category and of all below it, as an array; nothing when there is no such category.
std::optional<std::string> category_subtree(kit::db::Transaction& tx, const std::string& slug);

}  // namespace product
