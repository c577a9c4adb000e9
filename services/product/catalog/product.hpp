#pragma once
#include "services/kit/ids.hpp"
#include "services/kit/money/money.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace product {

/// A product on sale, as the catalog shows it.
struct Product {
  kit::ProductId id;
  std::string name;
  kit::Money price;
  std::int64_t available = 0;  ///< on hand and not held for an order
};

/// A product that is or was on sale, as other services ask for it.
struct KnownProduct {
  Product product;
  bool retired = false;
};

struct Rating {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  bool operator==(const Rating&) const = default;
};

/// One product with all that is told of it.
struct ProductDetails {
  Product product;
  std::string description;
  std::optional<std::string> category;  ///< the slug
  std::vector<std::string> images;
  nlohmann::json attributes;
  Rating rating;
  bool retired = false;
  std::int64_t version = 1;  ///< of what staff edits
};

struct ProductPage {
  std::vector<Product> products;
  std::optional<kit::ProductId> next;  ///< the id after which the next page begins; nothing on the last one
};

}  // namespace product
