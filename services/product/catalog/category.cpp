#include "services/product/catalog/category.hpp"

#include <algorithm>

namespace product {

CategoryTree::CategoryTree(std::vector<Category> categories) : categories_(std::move(categories)) {
  for (const auto& category : categories_) children_[category.parent].push_back(&category);
  for (auto& [parent, children] : children_)
    std::sort(children.begin(), children.end(), [](const Category* a, const Category* b) {
      return std::pair(a->name, a->id) < std::pair(b->name, b->id);
    });
}

const std::vector<const Category*>& CategoryTree::below(std::optional<std::int64_t> parent) const {
  static const std::vector<const Category*> none;
  const auto found = children_.find(parent);
  return found == children_.end() ? none : found->second;
}

std::map<std::int64_t, std::int64_t> CategoryTree::with_those_below(
    const std::map<std::int64_t, std::int64_t>& own) const {
  // From the leaves up: the order from the roots down, backwards.
  std::vector<const Category*> order = below(std::nullopt);
  for (std::size_t i = 0; i < order.size(); ++i)
    for (const auto* child : below(order[i]->id)) order.push_back(child);
  std::map<std::int64_t, std::int64_t> total;
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    const auto found = own.find((*it)->id);
    total[(*it)->id] += found == own.end() ? 0 : found->second;
    if ((*it)->parent) total[*(*it)->parent] += total[(*it)->id];
  }
  return total;
}

}  // namespace product
