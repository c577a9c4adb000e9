#include "services/order/domain/order.hpp"

#include "services/kit/encoding/text.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace order {
namespace {

using contracts::ReservedLine;

const ReservedLine& reserved_for(const OrderLine& line, const std::vector<ReservedLine>& reserved,
                                 bool only_line) {
  const auto found = std::find_if(reserved.begin(), reserved.end(), [&](const ReservedLine& r) {
    return line.product ? r.product == *line.product : kit::equal_ignoring_case(r.name, line.name);
  });
  if (found != reserved.end()) return *found;
  // The product service also folds letters beyond ASCII: with a single line it is clear which one is meant.
  if (!line.product && only_line && reserved.size() == 1) return reserved.front();
  throw std::runtime_error("a line of the order was not reserved");
}

}  // namespace

bool same_product(const OrderLine& a, const OrderLine& b) {
  if (a.product || b.product) return a.product == b.product;
  return kit::equal_ignoring_case(a.name, b.name);
}

std::vector<OrderLine> priced(const std::vector<OrderLine>& lines,
                              const std::vector<ReservedLine>& reserved) {
  std::map<contracts::ProductId, std::int64_t> surplus;
  for (const auto& r : reserved) surplus[r.product] += r.quantity;
  std::vector<OrderLine> out;
  for (auto line : lines) {
    const auto& r = reserved_for(line, reserved, lines.size() == 1);
    line.product = r.product;
    line.name = r.name;
    line.unit_price = r.unit_price;
    surplus[r.product] -= line.quantity;
    out.push_back(std::move(line));
  }
  const bool even =
      std::all_of(surplus.begin(), surplus.end(), [](const auto& rest) { return rest.second == 0; });
  if (!even) throw std::runtime_error("what was reserved is not what was ordered");
  return out;
}

kit::Money total_of(const std::vector<OrderLine>& lines) {
  std::optional<kit::Money> total;
  for (const auto& line : lines) {
    if (!line.unit_price) throw std::runtime_error("a line without a price");
    const auto amount = *line.unit_price * line.quantity;
    total = total ? *total + amount : amount;
  }
  if (!total) throw std::runtime_error("an order without lines");
  return *total;
}

}  // namespace order
