#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/kit/money/money.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace product {

/// A product as lists show it.
struct Product {
  contracts::ProductId id;
  std::string name;
  kit::Money price;
  std::int64_t available = 0;  ///< on hand and not reserved
};

struct Rating {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  bool operator==(const Rating&) const = default;
};

/// A product with all that its page shows.
struct ProductDetails {
  Product product;
  std::string description;
  std::optional<std::string> category;  ///< the slug
  std::vector<std::string> images;
  nlohmann::json attributes;
  Rating rating;
  bool retired = false;
  std::int64_t version = 1;  ///< counts edits by staff
};

struct ProductNotFound final : std::exception {};

// Products as JSON at the gateway.

/// id, name, price, currency, in_stock: as in lists.
nlohmann::ordered_json render_line(const Product& product, bool in_stock);
nlohmann::ordered_json render_rating(const Rating& rating);

/// A product with all that its page shows.
nlohmann::ordered_json render_details(const ProductDetails& details);
/// The entity tag of render_details.
std::string product_etag(const ProductDetails& details);

}  // namespace product
