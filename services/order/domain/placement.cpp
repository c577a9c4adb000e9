#include "services/order/domain/placement.hpp"

#include "services/order/domain/errors.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace order {
namespace {

nlohmann::json canonical_line(const PlacementLine& line) {
  nlohmann::json out{{"quantity", line.quantity}};
  if (line.product)
    out["product_id"] = line.product->value;
  else
    out["product"] = line.name;
  return out;
}

/// Adds it to the line of the same product, where there is one.
void add(std::vector<OrderLine>& lines, OrderLine line, const std::string& field) {
  const auto same =
      std::find_if(lines.begin(), lines.end(), [&](const OrderLine& l) { return same_product(l, line); });
  if (same == lines.end()) return lines.push_back(std::move(line));
  same->quantity += line.quantity;
  if (same->quantity > MAX_QUANTITY)
    throw InvalidField(field, "adds up to more than " + std::to_string(MAX_QUANTITY));
}

}  // namespace

std::string canonical(const Placement& placement) {
  nlohmann::json out{{"user_id", placement.user.value}};
  if (placement.short_form) {
    out["product"] = placement.lines.front().name;
    out["quantity"] = placement.lines.front().quantity;
  } else {
    for (const auto& line : placement.lines) out["lines"].push_back(canonical_line(line));
  }
  if (placement.payment_method) out["payment"] = *placement.payment_method;
  return out.dump();
}

std::vector<OrderLine> order_lines(const std::vector<PlacementLine>& requested,
                                   const std::vector<std::optional<contracts::Offer>>& offers) {
  std::vector<NotOnSale::Line> refused;
  std::vector<OrderLine> out;
  for (std::size_t i = 0; i < requested.size(); ++i) {
    const auto& offer = offers.at(i);
    if (!offer || offer->retired)
      refused.push_back({requested[i].field, offer});
    else
      add(out, {offer->id, offer->name, requested[i].quantity, std::nullopt}, requested[i].field);
  }
  if (!refused.empty()) throw NotOnSale(std::move(refused));
  return out;
}

std::vector<OrderLine> order_lines_unverified(const std::vector<PlacementLine>& requested) {
  std::vector<OrderLine> out;
  for (const auto& line : requested) {
    const auto name = line.product ? "Product " + std::to_string(line.product->value) : line.name;
    add(out, {line.product, name, line.quantity, std::nullopt}, line.field);
  }
  return out;
}

}  // namespace order
