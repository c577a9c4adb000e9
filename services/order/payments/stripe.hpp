#pragma once
#include "services/kit/curl/http_client.hpp"
#include "services/order/payments/options.hpp"
#include "services/order/payments/provider.hpp"

#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace order::payments {

using Form = std::vector<std::pair<std::string, std::string>>;

/// Stripe's API: forms out, JSON back, over kept connections. An answer that says that the request was not
/// processed (408, 409, 429, 5xx, and 401 and 403, which are a wrong configuration) is Unavailable, as is
/// none. Thread-safe.
class StripeHttp {
 public:
  explicit StripeHttp(StripeOptions options);

  struct Answer {
    int status = 0;
    nlohmann::json body;  ///< an object
  };
  Answer post(const std::string& target, const Form& form, const std::string& idempotency_key,
              kit::Deadline deadline) const;
  Answer get(const std::string& target, kit::Deadline deadline) const;

 private:
  Answer send(kit::curl::HttpRequest request, kit::Deadline deadline) const;
  const StripeOptions options_;
  const kit::curl::HttpClient client_;
};

/// Stripe (https://docs.stripe.com/api/payment_intents): a PaymentIntent for each order, captured manually.
/// Methods are ids of PaymentMethods ("pm_…"), created by Stripe's script in the customer's browser. A card
/// that requires an action of the customer (3-D Secure) is declined. Thread-safe.
class Stripe final : public Provider {
 public:
  explicit Stripe(StripeOptions options) : http_(std::move(options)) {}

  std::string complaint(const std::string& method) const override;
  std::string default_method() const override { return {}; }
  Reference open(const Charge& charge, kit::Deadline deadline) override;
  Status perform(Action action, const Charge& charge, kit::Deadline deadline) override;
  Status status(const Charge& charge, kit::Deadline deadline) override;
  Reference refund(const Charge& charge, std::int64_t id, kit::Money amount, kit::Deadline deadline) override;

 private:
  Status act(const Charge& charge, const std::string& verb, const Form& form, kit::Deadline deadline);

  StripeHttp http_;
};

}  // namespace order::payments
