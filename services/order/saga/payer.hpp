#pragma once
#include "services/order/payments/payment_store.hpp"
#include "services/order/payments/payments.hpp"

namespace order {

/// The payment's part in placing an order, and of undoing it. Each step is written before it is asked of the
/// provider and after; what is in doubt is asked of the provider, never guessed. Thread-safe; what it is
/// given must outlive it. Throws payments::Away when the provider says nothing: the order is to be tried
/// again.
class Payer {
 public:
  Payer(payments::Payments& payments, PaymentStore& store) : payments_(payments), store_(store) {}

  enum class Result {
    Done,
    Refused,  ///< by the provider, for good
    Later,    ///< it will say later
    Lost,     ///< another replica has taken the order up
  };
  /// The stock is held: written, with the payment that is to be made, which `order` has from then on.
  Result reserved(Order& order, kit::Deadline deadline);
  /// Holds the money of a reserved order; then it is authorised.
  Result authorise(Order& order, kit::Deadline deadline);
  /// Takes the money of an authorised order whose stock is taken.
  Result capture(Order& order, kit::Deadline deadline);

  /// Has the payment of an ended order undone: voided or, where the money was taken all the same, a refund
  /// written. Done, Later or Lost.
  Result undo(const Order& order, kit::Deadline deadline);
  /// Gives back what a pending refund says. Done, Refused (it has failed for good) or Lost.
  Result refund(const Order& order, const Refund& refund, kit::Deadline deadline);

 private:
  Result declined(Order& order, kit::Deadline deadline);
  payments::Payments& payments_;
  PaymentStore& store_;
};

}  // namespace order
