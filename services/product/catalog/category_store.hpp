#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/catalog/category.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

// What staff does to the category tree, in the caller's transaction.
namespace product {

constexpr std::int64_t MAX_CATEGORIES = 2000;
constexpr int MAX_CATEGORY_DEPTH = 10;

/// Why a change of the tree is refused.
class CategoryRefused : public std::exception {
 public:
  enum class Why { SlugTaken, NoParent, Cycle, TooDeep, TooMany, NotEmpty };
  explicit CategoryRefused(Why why) : why(why) {}
  const char* what() const noexcept override { return "category refused"; }
  Why why;
};

struct CategoryData {
  std::string slug, name;
  std::optional<std::int64_t> parent;
};

/// The tree with how many products on sale are in each category itself.
CategoryTree counted_categories(kit::db::Transaction& tx);
/// Nothing when there is no such category.
std::optional<Category> find_category(kit::db::Transaction& tx, std::int64_t id);

/// These change the tree one at a time. They throw CategoryRefused.
std::int64_t create_category(kit::db::Transaction& tx, const CategoryData& data);
/// False when there is no such category.
bool change_category(kit::db::Transaction& tx, std::int64_t id, const CategoryData& data);
/// False when there is no such category; with products (also retired ones) or categories in it: refused.
bool delete_category(kit::db::Transaction& tx, std::int64_t id);

}  // namespace product
