#include "services/product/catalog/product.hpp"

#include "services/kit/http/message/etag.hpp"

namespace product {

using Ordered = nlohmann::ordered_json;

Ordered render_line(const Product& product, bool in_stock) {
  return {{"id", product.id.value},
          {"name", product.name},
          {"price", Ordered(product.price.number())},
          {"currency", product.price.currency().code()},
          {"in_stock", in_stock}};
}

/// The average in hundredths, rounded to the nearest: 4.67.
Ordered render_rating(const Rating& rating) {
  if (rating.count == 0) return {{"average", nullptr}, {"count", 0}};
  const auto hundredths = (rating.sum * 200 + rating.count) / (2 * rating.count);
  return {{"average", static_cast<double>(hundredths) / 100}, {"count", rating.count}};
}

Ordered render_details(const ProductDetails& details) {
  auto out = render_line(details.product, details.product.available > 0);
  out["description"] = details.description;
  if (details.category) out["category"] = *details.category;
  out["rating"] = render_rating(details.rating);
  out["images"] = details.images;
  out["attributes"] = details.attributes;
  if (details.retired) out["retired"] = true;
  return out;
}

std::string product_etag(const ProductDetails& details) {
  return kit::http::etag_of(std::to_string(details.version) + render_details(details).dump());
}

}  // namespace product
