#include "services/order/clients/product_client.hpp"

#include "services/order/clients/answer.hpp"

namespace order {
namespace {

nlohmann::json request_of(const Order& order) {
  contracts::ReservationRequest out{order.id, {}};
  for (const auto& line : order.lines) out.lines.push_back({line.product, line.name, line.quantity});
  return contracts::to_json(out);
}

/// Of a 409: without `missing` there is no such reservation any more.
Reason conflict_of(const kit::http::Client& client, const kit::http::Response& response) {
  auto missing = read_answer(client, response, contracts::read_missing);
  if (missing) return {"insufficient_stock", std::move(*missing)};
  return {"stock_lost"};
}

ProductClient::Reserved reserved_of(const kit::http::Client& client, const kit::http::Response& response) {
  if (response.status == 422) return Reason{"unknown_product"};
  if (response.status == 409) return conflict_of(client, response);
  return read_ok(client, response, contracts::read_reserved_lines);
}

}  // namespace

Offers ProductClient::find(const std::vector<contracts::ProductId>& products, const Context& context) const {
  Offers out{{products.begin(), products.end()}, {}};
  for (const auto& target : contracts::offers_targets(products)) {
    for (auto& offer : read_ok(*client_, client_->get(target, context), contracts::read_offers))
      out.found.emplace(offer.id, std::move(offer));
  }
  return out;
}

std::vector<std::optional<contracts::Offer>> ProductClient::find(const std::vector<PlacementLine>& requested,
                                                                 const Context& context) const {
  std::vector<contracts::ProductId> ids;
  for (const auto& line : requested)
    if (line.product) ids.push_back(*line.product);
  const auto offers = find(ids, context);
  std::vector<std::optional<contracts::Offer>> out;
  for (const auto& line : requested) {
    auto& offer = out.emplace_back();
    if (line.product) {
      if (const auto* found = offers.find(*line.product)) offer = *found;
      continue;
    }
    const auto response = client_->get(contracts::offer_target(line.name), context);
    if (response.status == 404) continue;
    offer = read_ok(*client_, response, contracts::read_offer);
  }
  return out;
}

ProductClient::Reserved ProductClient::reserve(const Order& order, const Context& context) const {
  return reserved_of(*client_, client_->post(contracts::RESERVATIONS, request_of(order), context, true));
}

std::optional<ProductClient::Reserved> ProductClient::sell(const Order& order, const Context& context) const {
  const auto response = client_->post(contracts::SALES, request_of(order), context, true);
  if (response.status == 404) return std::nullopt;
  return reserved_of(*client_, response);
}

std::optional<Reason> ProductClient::confirm(contracts::OrderId order, const Context& context) const {
  const auto response =
      client_->post(contracts::confirm_target(order), nlohmann::json::object(), context, true);
  if (response.status == 404) return Reason{"stock_lost"};
  if (response.status == 409) return conflict_of(*client_, response);
  require_ok(*client_, response);
  return std::nullopt;
}

void ProductClient::release(contracts::OrderId order, const Context& context) const {
  require_ok(*client_,
             client_->post(contracts::release_target(order), nlohmann::json::object(), context, true));
}

}  // namespace order
