#include "services/order/domain/reorder.hpp"

#include <algorithm>

namespace order {
namespace {

std::vector<OrderLine> merged(const std::vector<OrderLine>& lines) {
  std::vector<OrderLine> out;
  for (const auto& line : lines) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const OrderLine& other) {
      return line.product && other.product == line.product;
    });
    if (same == out.end())
      out.push_back(line);
    else
      same->quantity += line.quantity;
  }
  for (auto& line : out) line.quantity = std::min(line.quantity, Cart::MAX_QUANTITY);
  return out;
}

}  // namespace

Reorder reorder(const std::vector<OrderLine>& lines, const Offers& offers) {
  Reorder out;
  for (auto& line : merged(lines)) {
    const auto* offer = line.product ? offers.find(*line.product) : nullptr;
    const bool retired = !offer || offer->retired;
    if (!retired && offer->available >= line.quantity) {
      out.available.push_back({*offer, line.quantity});
      continue;
    }
    if (offer) line.name = offer->name;
    out.unavailable.push_back({std::move(line), retired, retired ? 0 : offer->available});
  }
  return out;
}

void put(Cart& cart, const Reorder& reorder) {
  for (const auto& [offer, quantity] : reorder.available) {
    const auto* line = cart.find(offer.id);
    if (!line || line->quantity < quantity) cart.put(offer, quantity);
  }
}

}  // namespace order
