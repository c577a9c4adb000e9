#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/order/clients/stock.hpp"
#include "services/order/saga/payer.hpp"
#include "services/order/saga/sales.hpp"
#include "services/order/store/orders.hpp"

#include <variant>

namespace order {

/// Drives orders from pending to confirmed or to an end, and what ended orders owe. Thread-safe; what it is
/// given must outlive it.
///
/// What is written when: the order is pending, durably, before anything is asked of another service. Every
/// step can be repeated (the product service knows the order's id, the payment provider the payment's key),
/// so a crash anywhere leaves an order that any replica can drive again from its durable state. The money is
/// held before the stock is taken and taken after it, and an order is confirmed, and the customer told so,
/// only after that; whatever fails on the way, stock and money are given back. Where no provider is to be
/// paid the stock is sold in one call, without a hold before, and the states on the way need no write of
/// their own. Metrics: orders_postponed_total.
class Saga {
 public:
  Saga(Orders& orders, Stock& stock, Payer& payer, PaymentStore& payments, Sales& sales,
       kit::Metrics& metrics);

  struct Driven {
    Order order;        ///< as it stands
    bool away = false;  ///< left for later, because what it needs gave no answer
  };
  /// As far as it gets until the deadline. When a service is away the order is left due for recovery. Throws
  /// kit::db::Unavailable.
  Driven drive(const Order& order, const kit::http::Client::Context& context);

  /// Ends an order that could not be placed for too long; what may be held for it is given back later.
  void give_up(const Order& order, kit::Deadline deadline);

  /// Gives back what an order owes: stock, money, refunds. False when something gave no answer: the rest
  /// stays due.
  bool settle(const Order& order, const kit::http::Client::Context& context);

 private:
  /// Left for later for a reason that is nobody's absence.
  struct Wait {};
  /// The order as it ended, where this call ended it; nothing when another replica did or will.
  using Ran = std::variant<std::monostate, Order, Wait>;
  Ran run(Order order, const kit::http::Client::Context& context);
  Ran finish(Order order, kit::Deadline deadline);
  Ran end(Order order, Outcome outcome, Reason reason, kit::Deadline deadline);
  bool settle_refunds(const Order& order, kit::Deadline deadline);
  void postpone(const Order& order, const std::string& why, kit::Deadline deadline);

  Orders& orders_;
  Stock& stock_;
  Payer& payer_;
  PaymentStore& payments_;
  Sales& sales_;
  prometheus::Counter& postponed_;
};

}  // namespace order
