#pragma once
#include "services/contracts/events/payload.hpp"
#include "services/contracts/internal/ids.hpp"

namespace contracts {

/// product.changed and stock.low; the README says which has which fields.
struct ProductEvent {
  ProductId product = {};
  std::string name = {};
  std::optional<kit::Money> unit_price = {};
  std::optional<bool> retired = {};
  std::optional<std::int64_t> available = {};

  static void fields(auto& self, auto visit) {
    visit("product_id", self.product);
    visit("name", self.name);
    visit("unit_price", self.unit_price);
    visit("retired", self.retired);
    visit("available", self.available);
  }
};

}  // namespace contracts
