#include "services/order/clients/stock.hpp"

#include "services/kit/encoding/percent.hpp"
#include "services/order/clients/answer.hpp"

namespace order {
namespace {

using nlohmann::json;

std::string path_of(kit::OrderId order, const char* verb) {
  return "/internal/reservations/" + std::to_string(order.value) + "/" + verb;
}

json request_of(const Order& order) {
  auto lines = json::array();
  for (const auto& line : order.lines) {
    json row{{"quantity", line.quantity}};
    if (line.product)
      row["product_id"] = line.product->value;
    else
      row["product"] = line.name;
    lines.push_back(std::move(row));
  }
  return {{"order_id", order.id.value}, {"lines", std::move(lines)}};
}

HeldLine read_held(const json& line) {
  const auto& price = line.at("unit_price");
  const auto code = price.at("currency").get<std::string>();
  const auto currency = kit::Currency::parse(code);
  if (!currency) throw kit::http::Unreachable("product answered an unknown currency: " + code);
  return {kit::ProductId{line.at("product_id").get<std::int64_t>()}, line.at("name").get<std::string>(),
          line.at("quantity").get<std::int64_t>(),
          kit::Money(price.at("minor").get<std::int64_t>(), *currency)};
}

/// Of a 409: what is missing, or, where it does not say, that the reservation is no more.
Reason refusal(const json& problem, const char* otherwise) {
  if (problem.contains("missing")) return {"insufficient_stock", problem.at("missing")};
  return {otherwise, nullptr};
}

}  // namespace

std::vector<std::optional<Found>> Stock::find(const std::vector<Wish>& wishes,
                                              const kit::http::Client::Context& context) {
  std::vector<kit::ProductId> ids;
  for (const auto& wish : wishes)
    if (wish.product) ids.push_back(*wish.product);
  const auto known = ids.empty() ? std::map<kit::ProductId, Found>() : find(ids, context);
  std::vector<std::optional<Found>> out;
  for (const auto& wish : wishes) {
    if (!wish.product) {
      out.push_back(find(wish.name, context));
      continue;
    }
    const auto found = known.find(*wish.product);
    out.push_back(found == known.end() ? std::nullopt : std::optional(found->second));
  }
  return out;
}

std::map<kit::ProductId, Found> Stock::find(const std::vector<kit::ProductId>& ids,
                                            const kit::http::Client::Context& context) {
  std::string list;
  for (const auto id : ids) list += (list.empty() ? "" : ",") + std::to_string(id.value);
  const auto response = client_->get("/internal/products?ids=" + list, context);
  if (response.status != 200) unexpected(client_->peer(), response);
  return understand(client_->peer(), response, [](const json& body) {
    std::map<kit::ProductId, Found> out;
    for (const auto& product : body.at("products")) {
      const kit::ProductId id{product.at("id").get<std::int64_t>()};
      out.emplace(id, Found{id, product.at("name").get<std::string>(), product.at("retired").get<bool>()});
    }
    return out;
  });
}

std::optional<Found> Stock::find(const std::string& name, const kit::http::Client::Context& context) {
  const auto response = client_->get("/internal/products?name=" + kit::http::percent::encode(name), context);
  if (response.status == 404) return std::nullopt;
  if (response.status != 200) unexpected(client_->peer(), response);
  return understand(client_->peer(), response, [](const json& body) {
    return Found{kit::ProductId{body.at("id").get<std::int64_t>()}, body.at("name").get<std::string>(),
                 body.value("retired", false)};
  });
}

Stock::Held Stock::reserve(const Order& order, const kit::http::Client::Context& context) {
  return held_of(client_->post("/internal/reservations", request_of(order), context, true));
}

std::optional<Stock::Held> Stock::sell(const Order& order, const kit::http::Client::Context& context) {
  const auto response = client_->post("/internal/sales", request_of(order), context, true);
  if (response.status == 404) return std::nullopt;
  return held_of(response);
}

Stock::Held Stock::held_of(const kit::http::Response& response) const {
  if (response.status == 422) return Reason{"unknown_product", nullptr};
  if (response.status != 200 && response.status != 409) unexpected(client_->peer(), response);
  return understand(client_->peer(), response, [&](const json& body) -> Held {
    if (response.status == 409) return refusal(body, "stock_lost");
    std::vector<HeldLine> lines;
    for (const auto& line : body.at("lines")) lines.push_back(read_held(line));
    return lines;
  });
}

std::optional<Reason> Stock::confirm(kit::OrderId order, const kit::http::Client::Context& context) {
  const auto response = client_->post(path_of(order, "confirm"), json::object(), context, true);
  if (response.status == 200) return std::nullopt;
  if (response.status == 404) return Reason{"stock_lost", nullptr};
  if (response.status != 409) unexpected(client_->peer(), response);
  return understand(client_->peer(), response, [](const json& body) { return refusal(body, "stock_lost"); });
}

void Stock::release(kit::OrderId order, const kit::http::Client::Context& context) {
  const auto response = client_->post(path_of(order, "release"), json::object(), context, true);
  if (response.status != 200) unexpected(client_->peer(), response);
}

}  // namespace order
