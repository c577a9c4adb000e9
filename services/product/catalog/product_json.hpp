#pragma once
#include "services/product/catalog/product.hpp"

#include <string>

#include <nlohmann/json.hpp>

// Products as JSON at the gateway.
namespace product {

/// id, name, price, currency, in_stock: as in lists.
nlohmann::ordered_json render_line(const Product& product, bool in_stock);
nlohmann::ordered_json render_rating(const Rating& rating);

/// A product with all that its page shows.
nlohmann::ordered_json render_details(const ProductDetails& details);
/// The entity tag of render_details.
std::string product_etag(const ProductDetails& details);

}  // namespace product
