#pragma once
#include "services/order/domain/order.hpp"

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace order {

/// What staff asks for by POST /api/orders/{id}/refunds: an amount, or so many of some products at the price
/// paid for them, or, with neither, all that is left.
struct RefundAsk {
  struct Line {
    kit::ProductId product;
    std::int64_t quantity = 1;
  };
  nlohmann::json amount;  ///< a decimal number, null when not said
  std::vector<Line> lines;
  std::string reason;
};

/// Throws Problem 422 that names every field that is wrong.
RefundAsk read_refund(const nlohmann::json& body);
/// The same text for what means the same.
std::string canonical(const RefundAsk& ask);
/// As kept with the refund; null without lines.
nlohmann::json lines_of(const RefundAsk& ask);

/// What the customer has paid.
kit::Money paid_for(const Order& order, kit::Currency currency);

/// All that was paid has been given back, or is about to be. Never so of an order that cost nothing.
bool refunded_in_full(const Order& order);

/// Something that does not go with how the order stands. Becomes a 409 that says how.
class NotNow : public std::exception {
 public:
  NotNow(std::string title, const Order& order) : title_(std::move(title)), order_(order) {}
  const std::string& title() const { return title_; }
  const Order& order() const { return order_; }
  const char* what() const noexcept override { return title_.c_str(); }

 private:
  std::string title_;
  Order order_;
};

/// The state once it is on its way. Throws NotNow when it is not to be sent: its state is another, or its
/// price was refunded in full.
State shipped(const Order& order);

/// What is to be given back. `order.refunded` is what was given back already or is under way, `earlier` these
/// refunds. Throws Problem 422 for what the order does not have, NotNow when it is more than is left.
kit::Money refund_amount(const RefundAsk& ask, const Order& order, const std::vector<Refund>& earlier);

}  // namespace order
