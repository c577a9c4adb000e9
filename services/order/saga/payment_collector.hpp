#pragma once
#include "services/order/payments/payment_providers.hpp"
#include "services/order/payments/payment_store.hpp"

namespace order {

/// Collects the payment of an order while it is being placed, and undoes or refunds it. Each step is written
/// before and after it is requested from the provider; when the outcome is in doubt, the provider is asked.
/// Thread-safe; the constructor's arguments must outlive it. Throws payments::Unavailable when the provider
/// does not answer: retry the order later.
class PaymentCollector {
 public:
  PaymentCollector(payments::PaymentProviders& providers, PaymentStore& store)
      : providers_(providers), store_(store) {}

  enum class Result {
    Done,
    Refused,  ///< by the provider, finally
    Later,    ///< the provider decides later
    Lost,     ///< another replica has claimed the order
  };
  /// Writes that the stock is reserved, and the payment to be made, which `order` has from then on.
  Result reserved(Order& order, kit::Deadline deadline);
  /// Has the payment of a reserved order authorised.
  Result authorise(Order& order, kit::Deadline deadline);
  /// Captures the payment of an authorised order whose stock is taken.
  Result capture(Order& order, kit::Deadline deadline);

  /// Undoes the payment of an ended order: voids it or, where it was captured after all, writes a refund.
  /// Done, Later or Lost.
  Result undo(const Order& order, kit::Deadline deadline);
  /// Executes a pending refund. Done, Refused (it has failed finally) or Lost.
  Result refund(const Order& order, const Refund& refund, kit::Deadline deadline);

 private:
  Result declined(Order& order, kit::Deadline deadline);
  payments::PaymentProviders& providers_;
  PaymentStore& store_;
};

}  // namespace order
