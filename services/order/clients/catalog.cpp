#include "services/order/clients/catalog.hpp"

#include "services/order/clients/answer.hpp"
#include "services/order/domain/money_json.hpp"

#include <algorithm>

namespace order {
namespace {

constexpr std::size_t AT_ONCE = 100;  // as the product service allows

Offer offer_of(const nlohmann::json& product) {
  const auto price = money_of(product.at("unit_price"));
  if (!price) throw kit::http::Unreachable("product answered a price that cannot be understood");
  return {kit::ProductId{product.at("id").get<std::int64_t>()}, product.at("name").get<std::string>(), *price,
          product.at("available").get<std::int64_t>(), product.at("retired").get<bool>()};
}

}  // namespace

Offers Catalog::find(const std::vector<kit::ProductId>& products, const kit::http::Client::Context& context) {
  Offers out;
  for (std::size_t i = 0; i < products.size(); i += AT_ONCE) {
    std::string ids;
    for (std::size_t j = i; j < std::min(i + AT_ONCE, products.size()); ++j)
      ids += (ids.empty() ? "" : ",") + std::to_string(products[j].value);
    const auto response = client_->get("/internal/products?ids=" + ids, context);
    if (response.status != 200) unexpected(client_->peer(), response);
    understand(client_->peer(), response, [&](const nlohmann::json& body) {
      for (const auto& product : body.at("products")) {
        auto offer = offer_of(product);
        out.found.emplace(offer.id, std::move(offer));
      }
    });
  }
  out.asked = {products.begin(), products.end()};
  return out;
}

}  // namespace order
