#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace product {

/// A node of the category tree.
struct Category {
  std::int64_t id = 0;
  std::optional<std::int64_t> parent;
  std::string slug, name;
  std::int64_t products = 0;  ///< on sale in this one itself
};

/// All categories, to go through them from the roots down and to count with what is below.
class CategoryTree {
 public:
  explicit CategoryTree(std::vector<Category> categories);
  CategoryTree(CategoryTree&&) = default;
  CategoryTree(const CategoryTree&) = delete;  // what is below points into it

  const std::vector<Category>& all() const { return categories_; }
  /// The children of one, or the roots, by name.
  const std::vector<const Category*>& below(std::optional<std::int64_t> parent) const;
  /// For each category its own count and those of all below it.
  std::map<std::int64_t, std::int64_t> with_those_below(
      const std::map<std::int64_t, std::int64_t>& own) const;

 private:
  std::vector<Category> categories_;
  std::map<std::optional<std::int64_t>, std::vector<const Category*>> children_;
};

}  // namespace product
