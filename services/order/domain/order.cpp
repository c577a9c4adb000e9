#include "services/order/domain/order.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace order {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

const HeldLine& held_for(const Line& line, const std::vector<HeldLine>& held, bool only_line) {
  const auto found = std::find_if(held.begin(), held.end(), [&](const HeldLine& h) {
    return line.product ? h.product == *line.product : same_name(h.name, line.name);
  });
  if (found != held.end()) return *found;
  // Letters that we do not know how to compare: with one line there is no doubt which is meant.
  if (!line.product && only_line && held.size() == 1) return held.front();
  throw std::runtime_error("nothing is held for a line of the order");
}

}  // namespace

bool same_product(const Line& a, const Line& b) {
  if (a.product || b.product) return a.product == b.product;
  return same_name(a.name, b.name);
}

std::vector<Line> priced(const std::vector<Line>& lines, const std::vector<HeldLine>& held) {
  std::map<kit::ProductId, std::int64_t> open;
  for (const auto& h : held) open[h.product] += h.quantity;
  std::vector<Line> out;
  for (auto line : lines) {
    const auto& h = held_for(line, held, lines.size() == 1);
    line.product = h.product;
    line.name = h.name;
    line.unit_price = h.unit_price;
    open[h.product] -= line.quantity;
    out.push_back(std::move(line));
  }
  const bool even = std::all_of(open.begin(), open.end(), [](const auto& rest) { return rest.second == 0; });
  if (!even) throw std::runtime_error("what is held is not what was ordered");
  return out;
}

kit::Money total_of(const std::vector<Line>& lines) {
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
