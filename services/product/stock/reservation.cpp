#include "services/product/stock/reservation.hpp"

#include <algorithm>
#include <stdexcept>

namespace product {

std::string_view to_string(ReservationState state) {
  switch (state) {
    case ReservationState::Open:
      return "open";
    case ReservationState::Confirmed:
      return "confirmed";
    case ReservationState::Released:
      return "released";
    case ReservationState::Expired:
      return "expired";
  }
  throw std::invalid_argument("no reservation state");
}

ReservationState parse_reservation_state(std::string_view text) {
  for (const auto state : {ReservationState::Open, ReservationState::Confirmed, ReservationState::Released,
                           ReservationState::Expired})
    if (to_string(state) == text) return state;
  throw std::invalid_argument("no reservation state: " + std::string(text));
}

std::vector<Wanted> in_lock_order(std::vector<Wanted> lines) {
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Wanted& a, const Wanted& b) { return a.product < b.product; });
  std::vector<Wanted> out;
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
