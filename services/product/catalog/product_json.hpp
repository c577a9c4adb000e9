#pragma once
#include "services/product/search/search.hpp"

#include <string>

#include <nlohmann/json.hpp>

// How products are told of at the gateway.
namespace product::api {

/// id, name, price, currency, in_stock: what the short paths show.
nlohmann::ordered_json render_line(const Product& product, bool in_stock);
nlohmann::ordered_json render_rating(const Rating& rating);
nlohmann::ordered_json render_hit(const SearchHit& hit);

/// One product with all that is told of it.
nlohmann::ordered_json render_details(const ProductDetails& details);
/// The entity tag of that.
std::string product_etag(const ProductDetails& details);

}  // namespace product::api
