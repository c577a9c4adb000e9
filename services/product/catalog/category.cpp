#include "services/product/catalog/category.hpp"

#include "services/kit/json/reader.hpp"

#include <algorithm>
#include <ranges>
#include <set>

namespace product {
namespace {

using Reason = CategoryRefused::Reason;

bool is_slug(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  return plain && !text.starts_with('-') && !text.ends_with('-') && text.find("--") == std::string::npos;
}

/// Levels of the subtree of a category; 1 for a leaf or a new category.
int height_of(const std::map<std::int64_t, const Category*>& by_id, std::int64_t id) {
  int height = 0;
  for (std::set<std::int64_t> level{id}; !level.empty() && height <= MAX_CATEGORY_DEPTH; ++height) {
    std::set<std::int64_t> below;
    for (const auto& [child, category] : by_id)
      if (category->parent && level.contains(*category->parent)) below.insert(child);
    level.swap(below);
  }
  return height;
}

}  // namespace

CategoryData read_category_data(const nlohmann::json& body) {
  kit::json::Reader reader(body);
  CategoryData data;
  data.slug = reader.string("slug", {1, 100});
  if (!is_slug(data.slug))
    reader.error("slug", "must be lower-case letters and digits, with single hyphens between");
  data.name = reader.string("name", {1, 100});
  data.parent = reader.optional_integer("parent_id", {1});
  reader.finish();
  return data;
}

CategoryData patched(const Category& category, const nlohmann::json& patch) {
  if (!patch.is_object()) kit::json::Reader{patch};  // throws: must be an object
  nlohmann::json whole{{"slug", category.slug}, {"name", category.name}};
  if (category.parent) whole["parent_id"] = *category.parent;
  whole.merge_patch(patch);
  return read_category_data(whole);
}

void check_category(const std::vector<Category>& all, std::int64_t id, const CategoryData& data) {
  std::map<std::int64_t, const Category*> by_id;
  for (const auto& category : all) {
    if (category.slug == data.slug && category.id != id) throw CategoryRefused(Reason::SlugTaken);
    by_id.emplace(category.id, &category);
  }
  if (id == 0 && all.size() >= MAX_CATEGORIES) throw CategoryRefused(Reason::TooMany);
  int ancestors = 0;
  for (auto at = data.parent; at; ++ancestors) {
    if (*at == id) throw CategoryRefused(Reason::Cycle);
    const auto found = by_id.find(*at);
    if (found == by_id.end()) throw CategoryRefused(Reason::NoParent);
    if (ancestors >= MAX_CATEGORY_DEPTH) throw CategoryRefused(Reason::TooDeep);
    at = found->second->parent;
  }
  if (ancestors + height_of(by_id, id) > MAX_CATEGORY_DEPTH) throw CategoryRefused(Reason::TooDeep);
}

CategoryTree::CategoryTree(std::vector<Category> categories) : categories_(std::move(categories)) {
  for (const auto& category : categories_) children_[category.parent].push_back(&category);
  for (auto& [parent, children] : children_)
    std::sort(children.begin(), children.end(), [](const Category* a, const Category* b) {
      return std::pair(a->name, a->id) < std::pair(b->name, b->id);
    });
}

const std::vector<const Category*>& CategoryTree::children(std::optional<std::int64_t> parent) const {
  static const std::vector<const Category*> none;
  const auto found = children_.find(parent);
  return found == children_.end() ? none : found->second;
}

std::map<std::int64_t, std::int64_t> CategoryTree::totals(
    const std::map<std::int64_t, std::int64_t>& own) const {
  // Parents come before their children, so that going backwards adds children first.
  std::vector<const Category*> order = children(std::nullopt);
  for (std::size_t i = 0; i < order.size(); ++i)
    for (const auto* child : children(order[i]->id)) order.push_back(child);
  std::map<std::int64_t, std::int64_t> total;
  for (const auto* category : order | std::views::reverse) {
    const auto found = own.find(category->id);
    total[category->id] += found == own.end() ? 0 : found->second;
    if (category->parent) total[*category->parent] += total[category->id];
  }
  return total;
}

}  // namespace product
