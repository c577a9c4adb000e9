#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/order/clients/product_client.hpp"
#include "services/order/saga/payment_collector.hpp"
#include "services/order/saga/sales_metrics.hpp"
#include "services/order/store/order_store.hpp"

#include <functional>
#include <variant>

namespace order {

/// Drives orders from pending to confirmed or to an end, and settles what ended orders owe. Thread-safe; the
/// constructor's arguments must outlive it.
///
/// The order is durably pending before another service is called. Every step is idempotent (the product
/// service knows the order's id, the payment provider the payment's key), so after a crash anywhere any
/// replica can drive the order on from its durable state. The payment is authorised before the stock is taken
/// and captured after it; only then is the order confirmed. After a failure on the way stock and payment are
/// given back. Where no provider is to be paid the stock is sold in one call, and the states in between are
/// not written. Metrics: orders_postponed_total.
class OrderSaga {
 public:
  /// `jitter` returns numbers in [0, 1), for the backoff of postponed orders.
  OrderSaga(OrderStore& orders, ProductClient& products, PaymentCollector& collector, PaymentStore& payments,
            SalesMetrics& sales, kit::Metrics& metrics, std::function<double()> jitter);

  struct Driven {
    Order order;               ///< as it stands
    bool unavailable = false;  ///< postponed because a service did not answer
  };
  /// As far as it gets until the deadline. When a service is unavailable the order is postponed. Throws
  /// kit::db::Unavailable: then the lease runs out, and recovery claims the order.
  Driven drive(const Order& order, const kit::http::Client::Context& context);

  /// Cancels an order that could not be placed for too long; what may be held for it is released later.
  void give_up(const Order& order, kit::Deadline deadline);

  /// Settles what an order owes: stock, payment, refunds. Returns false when a service did not answer: the
  /// rest stays due.
  bool settle(const Order& order, const kit::http::Client::Context& context);

 private:
  struct LostClaim {};        ///< another replica has claimed the order
  struct PaymentInReview {};  ///< the provider decides later
  /// The order, where this call brought its placing to an end; or why not.
  using Result = std::variant<LostClaim, Order, PaymentInReview>;
  Result run(Order order, const kit::http::Client::Context& context);
  Result confirm(Order order, kit::Deadline deadline);
  Result end(Order order, StateEvent event, Reason reason, kit::Deadline deadline);
  void settle_refunds(const Order& order, kit::Deadline deadline);
  void postpone(const Order& order, const std::string& why, kit::Deadline deadline);

  OrderStore& orders_;
  ProductClient& products_;
  PaymentCollector& collector_;
  PaymentStore& payments_;
  SalesMetrics& sales_;
  prometheus::Counter& postponed_;
  std::function<double()> jitter_;
};

}  // namespace order
