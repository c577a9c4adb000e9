#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/order/peers/stock.hpp"
#include "services/order/store/orders.hpp"

namespace order {

/// Drives orders from pending to confirmed or to an end. Thread-safe; what it is given must outlive it.
///
/// What is written when: the order is pending, durably, before anything is asked of another service. Every
/// step can be repeated (the product service knows the order's id), so a crash anywhere leaves an order that
/// any replica can drive again from its durable state. An order is confirmed, and the customer told so, only
/// after the stock was taken. Without a payment provider an order is authorised at once, and the states on
/// the way need no write of their own. Metrics: orders_settled_total{state}, orders_postponed_total.
class Saga {
 public:
  Saga(Orders& orders, Stock& stock, kit::Metrics& metrics);

  /// As far as it gets until the deadline; the order as it then stands. When a service is away the order is
  /// left due for recovery. Throws kit::db::Unavailable.
  Order drive(const Order& order, const kit::http::Client::Context& context);

  /// Ends an order that could not be placed for too long; what may be held for it is given back later.
  void give_up(const Order& order, kit::Deadline deadline);

  /// Gives back what is held for an ended order. False when the product service is away: it stays due.
  bool release(const Order& order, const kit::http::Client::Context& context);

 private:
  /// The order as it ended, where this call ended it; nothing when another replica did or will.
  std::optional<Order> run(const Order& order, const kit::http::Client::Context& context);
  std::optional<Order> finish(Order order, std::vector<Line> lines, kit::Deadline deadline);
  std::optional<Order> end(Order order, State from, Outcome outcome, Reason reason, kit::Deadline deadline);
  void postpone(const Order& order, const std::exception& why, kit::Deadline deadline);
  void count(State state);

  Orders& orders_;
  Stock& stock_;
  kit::Metrics& metrics_;
  prometheus::Counter& postponed_;
};

}  // namespace order
