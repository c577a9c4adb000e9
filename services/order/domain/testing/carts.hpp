#pragma once
#include "services/order/domain/cart.hpp"

#include <utility>
#include <vector>

namespace order {

inline const kit::Currency USD = *kit::Currency::parse("USD");

inline Offers offers(std::vector<contracts::Offer> all) {
  Offers out;
  for (auto& offer : all) {
    out.asked.insert(offer.id);
    out.found.emplace(offer.id, std::move(offer));
  }
  return out;
}

constexpr contracts::ProductId TABLET{4};
constexpr contracts::ProductId LAPTOP{1};

inline contracts::Offer offer(contracts::ProductId id, const char* name, std::int64_t minor,
                              std::int64_t available = 100) {
  return {id, name, kit::Money(minor, USD), available, false};
}

/// Two tablets and a laptop.
inline Cart sample_cart() {
  Cart cart;
  cart.put(offer(TABLET, "Tablet", 29999), 2);
  cart.put(offer(LAPTOP, "Laptop", 99999), 1);
  return cart;
}

}  // namespace order
