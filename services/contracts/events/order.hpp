#pragma once
#include "services/contracts/events/payload.hpp"
#include "services/contracts/internal/ids.hpp"
#include "services/kit/identity/user_id.hpp"

namespace contracts {

/// Who ordered, as known when the order was placed; name and address are empty once the user was erased.
struct Buyer {
  kit::UserId id = {};
  std::optional<std::string> name = {};
  std::optional<std::string> email = {};

  static void fields(auto& self, auto visit) {
    visit("id", self.id);
    visit("name", self.name);
    visit("email", self.email);
  }
};

struct BoughtLine {
  std::optional<ProductId> product = {};
  std::optional<std::string> name = {};
  std::optional<std::string> former_name = {};  ///< `name` as older consumers read it
  std::optional<std::int64_t> quantity = {};
  std::optional<kit::Money> unit_price = {};

  static void fields(auto& self, auto visit) {
    visit("product_id", self.product);
    visit("name", self.name);
    visit("product", self.former_name);
    visit("quantity", self.quantity);
    visit("unit_price", self.unit_price);
  }
};

/// Any order.* event; the README says which type has which fields.
struct OrderEvent {
  OrderId order = {};
  std::optional<kit::UserId> user_id = {};
  std::optional<Buyer> user = {};  ///< older events have only `user_id`
  std::vector<BoughtLine> lines = {};
  std::optional<kit::Money> total = {};
  std::optional<std::string> reason = {};
  std::optional<kit::Money> refunded = {};
  std::optional<std::int64_t> refund_id = {};
  std::optional<kit::Money> amount = {};
  std::optional<kit::Money> refunded_total = {};
  std::optional<std::string> carrier = {};
  std::optional<std::string> tracking_number = {};

  static void fields(auto& self, auto visit) {
    visit("order_id", self.order);
    visit("user_id", self.user_id);
    visit("user", self.user);
    visit("lines", self.lines);
    visit("total", self.total);
    visit("reason", self.reason);
    visit("refunded", self.refunded);
    visit("refund_id", self.refund_id);
    visit("amount", self.amount);
    visit("refunded_total", self.refunded_total);
    visit("carrier", self.carrier);
    visit("tracking_number", self.tracking_number);
  }
};

}  // namespace contracts
