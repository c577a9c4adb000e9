#include "services/contracts/internal/products.hpp"

#include "services/contracts/internal/malformed.hpp"
#include "services/contracts/internal/money.hpp"
#include "services/kit/encoding/percent.hpp"

namespace contracts {
namespace {

using nlohmann::json;

Offer offer_of(const json& value) {
  const auto price = read_money(value.at("unit_price"));
  if (!price) throw Malformed("a product has no readable price");
  return {ProductId{value.at("id").get<std::int64_t>()}, value.at("name").get<std::string>(), *price,
          value.at("available").get<std::int64_t>(), value.value("retired", false)};
}

}  // namespace

std::vector<std::string> offers_targets(std::span<const ProductId> ids) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const bool first = i % MAX_OFFER_IDS == 0;
    if (first) out.emplace_back("/internal/products?ids=");
    out.back() += (first ? "" : ",") + std::to_string(ids[i].value);
  }
  return out;
}

std::string offer_target(std::string_view name) {
  return "/internal/products?name=" + kit::http::percent::encode(name);
}

json to_json(const Offer& offer) {
  return {{"id", offer.id.value},
          {"name", offer.name},
          {"unit_price", to_json(offer.unit_price)},
          {"available", offer.available},
          {"retired", offer.retired}};
}

json to_json(const std::vector<Offer>& offers) {
  auto products = json::array();
  for (const auto& offer : offers) products.push_back(to_json(offer));
  return {{"products", std::move(products)}};
}

Offer read_offer(const std::string& body) { return read_body(body, offer_of); }

std::vector<Offer> read_offers(const std::string& body) {
  return read_body(body, [](const json& answer) {
    std::vector<Offer> out;
    for (const auto& product : answer.at("products")) out.push_back(offer_of(product));
    return out;
  });
}

}  // namespace contracts
