#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/order/clients/product_client.hpp"
#include "services/order/clients/user_client.hpp"
#include "services/order/domain/placement.hpp"
#include "services/order/payments/payment_providers.hpp"
#include "services/order/saga/order_saga.hpp"
#include "services/order/store/order_store.hpp"

#include <atomic>
#include <optional>

namespace order {

/// Places orders, once for each idempotency key. Thread-safe; the constructor's arguments must outlive it.
/// Metrics: orders_placed_total, order_placement_duration_seconds.
class OrderPlacement {
 public:
  using Context = kit::http::Client::Context;

  OrderPlacement(OrderStore& orders, const UserClient& users, const ProductClient& products,
                 const payments::PaymentProviders& providers, OrderSaga& saga, kit::Metrics& metrics);

  /// Writes the order, drives it as far as it gets until the deadline, and returns how it stands then. A
  /// repeat with the key returns the order of the first request. `also` runs in the transaction that writes
  /// the order, and not for repeats. Throws NotOnSale, InvalidField, ServiceUnavailable, KeyReused. The
  /// caller has checked that the request may act for the user.
  Order place(const Placement& placement, const std::optional<IdempotencyKey>& key, const Context& context,
              const OrderStore::AlsoWrite& also = {});

  /// The order of an earlier request with the key, for callers that cannot build the placement a second time.
  /// Returns nullopt when the key is new. Throws KeyReused.
  std::optional<Order> placed_before(const std::optional<IdempotencyKey>& key, kit::Deadline deadline);

 private:
  /// Validates before writing: the user, the products and the payment method.
  Order validate(const Placement& placement, Context context) const;
  std::vector<OrderLine> resolve(const std::vector<PlacementLine>& lines, const Context& context) const;
  Order drive(const Order& order, Context context);
  /// The order of an earlier request, waited for while that request is driving it.
  Order wait_until_settled(contracts::OrderId id, kit::Deadline deadline);

  OrderStore& orders_;
  const UserClient& users_;
  const ProductClient& products_;
  const payments::PaymentProviders& providers_;
  OrderSaga& saga_;
  prometheus::Counter& placed_;
  prometheus::Histogram& duration_;
  std::atomic<int> waiting_{0};  ///< workers that wait for another request with the same key
};

}  // namespace order
