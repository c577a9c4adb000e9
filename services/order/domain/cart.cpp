#include "services/order/domain/cart.hpp"

#include "services/kit/error/problem.hpp"
#include "services/kit/json/reader.hpp"

#include <algorithm>

namespace order {
namespace {

using Ordered = nlohmann::ordered_json;

template <class Lines>
auto line_of(Lines& lines, kit::ProductId product) {
  return std::find_if(lines.begin(), lines.end(),
                      [&](const CartLine& line) { return line.product == product; });
}

/// A line as it is shown; `offer` is null when nothing is known of it now.
Ordered render(const CartLine& line, const Offer* offer, bool gone) {
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

const Offer* Offers::find(kit::ProductId product) const {
  const auto it = found.find(product);
  return it == found.end() ? nullptr : &it->second;
}

bool Offers::gone(kit::ProductId product) const {
  const auto* offer = find(product);
  return offer ? offer->retired : asked.contains(product);
}

const CartLine* Cart::find(kit::ProductId product) const {
  const auto it = line_of(lines, product);
  return it == lines.end() ? nullptr : &*it;
}

std::vector<kit::ProductId> Cart::products() const {
  std::vector<kit::ProductId> out;
  for (const auto& line : lines) out.push_back(line.product);
  return out;
}

void Cart::put(const Offer& offer, std::int64_t quantity) {
  const CartLine line{offer.id, quantity, offer.name, offer.unit_price, offer.unit_price};
  const auto it = line_of(lines, offer.id);
  if (it != lines.end()) {
    *it = line;
    return;
  }
  if (lines.size() >= MAX_LINES)
    throw kit::problem::conflict(
        "Cart full", "A cart holds at most " + std::to_string(MAX_LINES) + " different products.");
  lines.push_back(line);
}

bool Cart::set_quantity(kit::ProductId product, std::int64_t quantity) {
  const auto it = line_of(lines, product);
  if (it == lines.end()) return false;
  it->quantity = quantity;
  return true;
}

bool Cart::reduce(kit::ProductId product, std::int64_t quantity) {
  const auto it = line_of(lines, product);
  if (it == lines.end() || it->quantity < quantity) return false;
  it->quantity -= quantity;
  if (it->quantity == 0) lines.erase(it);
  return true;
}

bool Cart::remove(kit::ProductId product) {
  const auto it = line_of(lines, product);
  if (it == lines.end()) return false;
  lines.erase(it);
  return true;
}

void require_orderable(const Cart& cart, const Offers& offers) {
  if (cart.lines.empty()) throw kit::problem::conflict("Cart empty", "There is nothing to order.");
  auto retired = nlohmann::json::array();
  auto missing = nlohmann::json::array();
  for (const auto& line : cart.lines) {
    const auto* offer = offers.find(line.product);
    if (!offer || offer->retired)
      retired.push_back({{"product_id", line.product.value}, {"product", offer ? offer->name : line.name}});
    else if (offer->available < line.quantity)
      missing.push_back({{"product_id", line.product.value},
                         {"product", offer->name},
                         {"requested", line.quantity},
                         {"available", std::max<std::int64_t>(0, offer->available)}});
  }
  if (!retired.empty())
    throw kit::problem::conflict("No longer on sale", "Nothing was ordered.")
        .with("retired", std::move(retired));
  if (!missing.empty())
    throw kit::problem::conflict("Insufficient stock", "There is not enough in stock; nothing was ordered.")
        .with("missing", std::move(missing));
}

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

std::vector<CartLine> refreshed(const Cart& cart, const Offers& offers) {
  std::vector<CartLine> out;
  for (auto line : cart.lines) {
    const auto* offer = offers.find(line.product);
    // In another currency it is not the price that the line was put for.
    if (!offer || offer->unit_price.currency() != line.put_price.currency() ||
        (offer->name == line.name && offer->unit_price == line.unit_price))
      continue;
    line.name = offer->name;
    line.unit_price = offer->unit_price;
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace order
