#pragma once
#include "services/order/payments/provider.hpp"
#include "services/order/payments/stripe_http.hpp"

#include <string>

namespace order::payments {

/// Stripe (https://docs.stripe.com/api/payment_intents): a PaymentIntent for each order, captured manually.
/// Methods are ids of PaymentMethods ("pm_…"), created by Stripe's script in the customer's browser. A card
/// that requires an action of the customer (3-D Secure) is declined. Thread-safe.
class Stripe final : public Provider {
 public:
  explicit Stripe(StripeOptions options) : http_(std::move(options)) {}

  std::string name() const override { return "stripe"; }
  std::string complaint(const std::string& method) const override;
  std::string default_method() const override { return {}; }
  std::variant<std::string, Refused> open(const Charge& charge, kit::Deadline deadline) override;
  Status authorise(const Charge& charge, kit::Deadline deadline) override;
  Status capture(const Charge& charge, kit::Deadline deadline) override;
  Status cancel(const Charge& charge, kit::Deadline deadline) override;
  Status status(const Charge& charge, kit::Deadline deadline) override;
  std::variant<std::string, Refused> refund(const Charge& charge, std::int64_t id, kit::Money amount,
                                            kit::Deadline deadline) override;

 private:
  Status act(const Charge& charge, const std::string& verb, const Form& form, kit::Deadline deadline);

  StripeHttp http_;
};

}  // namespace order::payments
