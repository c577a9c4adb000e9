#include "services/product/search/search.hpp"

#include <array>
#include <stdexcept>

namespace product {
namespace {

constexpr std::array<std::pair<Sort, std::string_view>, 6> NAMES{{{Sort::Relevance, "relevance"},
                                                                  {Sort::PriceUp, "price"},
                                                                  {Sort::PriceDown, "-price"},
                                                                  {Sort::Name, "name"},
                                                                  {Sort::Newest, "newest"},
                                                                  {Sort::Rating, "rating"}}};

}  // namespace

std::string_view to_string(Sort sort) {
  for (const auto& [value, name] : NAMES)
    if (value == sort) return name;
  throw std::invalid_argument("unknown sort");
}

std::optional<Sort> parse_sort(std::string_view text) {
  for (const auto& [value, name] : NAMES)
    if (name == text) return value;
  return std::nullopt;
}

}  // namespace product
