#include "services/order/api/cart_json.hpp"

#include "services/kit/json/reader.hpp"

namespace order::api {
namespace {

using Ordered = nlohmann::ordered_json;

/// `offer` is null when the product service has not been asked about it.
Ordered render(const CartLine& line, const contracts::Offer* offer, bool gone) {
  const auto& price = offer ? offer->unit_price : line.unit_price;
  Ordered out{{"product_id", line.product.value},
              {"name", offer ? offer->name : line.name},
              {"quantity", line.quantity},
              {"unit_price", Ordered(price.number())},
              {"currency", price.currency().code()}};
  const bool retired = gone || (offer && offer->retired);
  out["available"] = nullptr;
  out["retired"] = nullptr;
  if (retired || offer) {
    out["available"] = !retired && offer->available >= line.quantity;
    out["retired"] = retired;
  }
  out["line_total"] = Ordered((price * line.quantity).number());
  if (offer && !retired && price != line.put_price)
    out["price_changed_from"] = Ordered(line.put_price.number());
  return out;
}

}  // namespace

std::int64_t read_quantity(const nlohmann::json& body) {
  kit::json::Reader reader(body);
  const auto quantity = reader.integer("quantity", {1, Cart::MAX_QUANTITY});
  reader.finish();
  return quantity;
}

Ordered render(const Cart& cart, const Offers* offers, kit::Currency currency) {
  Ordered out{{"lines", Ordered::array()}};
  kit::Money total(0, currency);
  for (const auto& line : cart.lines) {
    const auto* offer = offers ? offers->find(line.product) : nullptr;
    const bool gone = offers && offers->gone(line.product);
    out["lines"].push_back(render(line, offer, gone));
    const auto& price = offer ? offer->unit_price : line.unit_price;
    if (!gone && price.currency() == currency) total = total + price * line.quantity;
  }
  out["total"] = Ordered(total.number());
  out["currency"] = currency.code();
  out["stale"] = offers == nullptr;
  return out;
}

Ordered render(const std::vector<Reorder::Unavailable>& unavailable) {
  auto out = Ordered::array();
  for (const auto& [line, retired, available] : unavailable) {
    Ordered row;
    if (line.product) row["product_id"] = line.product->value;
    row["name"] = line.name;
    row["quantity"] = line.quantity;
    row["reason"] = retired ? "retired" : "insufficient_stock";
    row["available"] = available;
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace order::api
