#include "services/order/domain/cart.hpp"

#include "services/order/domain/errors.hpp"

#include <algorithm>

namespace order {
namespace {

using contracts::Offer;

template <class Lines>
auto line_of(Lines& lines, contracts::ProductId product) {
  return std::find_if(lines.begin(), lines.end(),
                      [&](const CartLine& line) { return line.product == product; });
}

}  // namespace

const Offer* Offers::find(contracts::ProductId product) const {
  const auto it = found.find(product);
  return it == found.end() ? nullptr : &it->second;
}

bool Offers::gone(contracts::ProductId product) const {
  const auto* offer = find(product);
  return offer ? offer->retired : asked.contains(product);
}

const CartLine* Cart::find(contracts::ProductId product) const {
  const auto it = line_of(lines, product);
  return it == lines.end() ? nullptr : &*it;
}

std::vector<contracts::ProductId> Cart::products() const {
  std::vector<contracts::ProductId> out;
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
  if (lines.size() >= MAX_LINES) throw CartFull();
  lines.push_back(line);
}

bool Cart::set_quantity(contracts::ProductId product, std::int64_t quantity) {
  const auto it = line_of(lines, product);
  if (it == lines.end()) return false;
  it->quantity = quantity;
  return true;
}

bool Cart::reduce(contracts::ProductId product, std::int64_t quantity) {
  const auto it = line_of(lines, product);
  if (it == lines.end() || it->quantity < quantity) return false;
  it->quantity -= quantity;
  if (it->quantity == 0) lines.erase(it);
  return true;
}

bool Cart::remove(contracts::ProductId product) {
  const auto it = line_of(lines, product);
  if (it == lines.end()) return false;
  lines.erase(it);
  return true;
}

void require_orderable(const Cart& cart, const Offers& offers) {
  if (cart.lines.empty()) throw CartEmpty();
  CartNotOrderable error;
  for (const auto& line : cart.lines) {
    const auto* offer = offers.find(line.product);
    if (!offer || offer->retired)
      error.retired.push_back({line.product, offer ? offer->name : line.name});
    else if (offer->available < line.quantity)
      error.missing.push_back(
          {line.product, offer->name, line.quantity, std::max<std::int64_t>(0, offer->available)});
  }
  if (!error.retired.empty() || !error.missing.empty()) throw error;
}

std::vector<CartLine> refreshed(const Cart& cart, const Offers& offers) {
  std::vector<CartLine> out;
  for (auto line : cart.lines) {
    const auto* offer = offers.find(line.product);
    // In another currency it cannot be compared with the price when the line was put.
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
