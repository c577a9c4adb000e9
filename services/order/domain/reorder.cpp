#include "services/order/domain/reorder.hpp"

#include <algorithm>
#include <optional>

namespace order {
namespace {

using Ordered = nlohmann::ordered_json;

struct Wanted {
  std::optional<kit::ProductId> product;
  std::string name;
  std::int64_t quantity;
};

std::vector<Wanted> together(const std::vector<Line>& lines) {
  std::vector<Wanted> out;
  for (const auto& line : lines) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const Wanted& wanted) {
      return line.product && wanted.product == line.product;
    });
    if (same == out.end())
      out.push_back({line.product, line.name, line.quantity});
    else
      same->quantity += line.quantity;
  }
  for (auto& wanted : out) wanted.quantity = std::min(wanted.quantity, Cart::MAX_QUANTITY);
  return out;
}

Ordered unavailable(const Wanted& wanted, const Offer* offer) {
  const bool retired = !offer || offer->retired;
  Ordered out;
  if (wanted.product) out["product_id"] = wanted.product->value;
  out["name"] = offer ? offer->name : wanted.name;
  out["quantity"] = wanted.quantity;
  out["reason"] = retired ? "retired" : "insufficient_stock";
  out["available"] = retired ? 0 : offer->available;
  return out;
}

}  // namespace

Reorder reorder(const std::vector<Line>& lines, const Offers& offers) {
  Reorder out;
  for (const auto& wanted : together(lines)) {
    const auto* offer = wanted.product ? offers.find(*wanted.product) : nullptr;
    if (!offer || offer->retired || offer->available < wanted.quantity)
      out.unavailable.push_back(unavailable(wanted, offer));
    else
      out.parts.push_back({*offer, wanted.quantity});
  }
  return out;
}

void put(Cart& cart, const Reorder& reorder) {
  for (const auto& part : reorder.parts) {
    const auto* there = cart.find(part.offer.id);
    if (!there || there->quantity < part.quantity) cart.put(part.offer, part.quantity);
  }
}

}  // namespace order
