#include "services/product/stock/reservation.hpp"

#include <algorithm>

namespace product {

std::vector<StockLine> in_lock_order(std::vector<StockLine> lines) {
  std::stable_sort(lines.begin(), lines.end(),
                   [](const StockLine& a, const StockLine& b) { return a.product < b.product; });
  std::vector<StockLine> out;
  for (const auto& line : lines) {
    if (!out.empty() && out.back().product == line.product)
      out.back().quantity += line.quantity;
    else
      out.push_back(line);
  }
  return out;
}

bool crossed_low(std::int64_t available_after, std::int64_t taken, std::int64_t low_at) {
  return available_after <= low_at && available_after + taken > low_at;
}

}  // namespace product
