#pragma once
#include <cstdint>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace product {

constexpr std::size_t MAX_CATEGORIES = 2000;
constexpr int MAX_CATEGORY_DEPTH = 10;

/// A node of the category tree.
struct Category {
  std::int64_t id = 0;
  std::optional<std::int64_t> parent;
  std::string slug, name;
  std::int64_t products = 0;  ///< on sale in this category itself
};

/// The fields of a category that staff edit.
struct CategoryData {
  std::string slug, name;
  std::optional<std::int64_t> parent;
};

/// Reads {"slug","name","parent_id"?}; a parent of null is a root. Throws Problem 422 that names every wrong
/// field.
CategoryData read_category_data(const nlohmann::json& body);
/// `patch` (RFC 7396) applied to the category. Throws Problem 422.
CategoryData patched(const Category& category, const nlohmann::json& patch);

struct CategoryNotFound final : std::exception {};
struct CategoryRefused final : std::exception {
  enum class Reason { SlugTaken, NoParent, Cycle, TooDeep, TooMany, NotEmpty };
  explicit CategoryRefused(Reason reason) : reason(reason) {}
  Reason reason;
};

/// Checks that the category `id` (0: a new one) may have this slug and parent. Throws CategoryRefused.
void check_category(const std::vector<Category>& all, std::int64_t id, const CategoryData& data);

/// All categories, for walking down from the roots and for adding up counts.
class CategoryTree {
 public:
  explicit CategoryTree(std::vector<Category> categories);
  CategoryTree(CategoryTree&&) = default;
  CategoryTree(const CategoryTree&) = delete;  // children_ points into categories_

  const std::vector<Category>& all() const { return categories_; }
  /// Children of a category, or the roots, by name.
  const std::vector<const Category*>& children(std::optional<std::int64_t> parent) const;
  /// Per category, its own count plus those of all its descendants.
  std::map<std::int64_t, std::int64_t> totals(const std::map<std::int64_t, std::int64_t>& own) const;

 private:
  std::vector<Category> categories_;
  std::map<std::optional<std::int64_t>, std::vector<const Category*>> children_;
};

}  // namespace product
