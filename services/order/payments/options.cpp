#include "services/order/payments/options.hpp"

namespace order::payments {

void bind(kit::config::Binder& binder, Options& o) {
  using std::chrono::milliseconds;
  binder.choice("payments.provider", o.provider, {"none", "sandbox", "stripe"});
  binder.secret("payments.stripe.api_key", o.stripe.api_key);
  binder.secret("payments.stripe.webhook_secret", o.stripe_webhook_secret);
  binder.text("payments.stripe.url", o.stripe.url);
  binder.text("payments.stripe.ca_file", o.stripe.ca_file);
  binder.secret("payments.sandbox.webhook_secret", o.sandbox_webhook_secret);
  binder.duration("payments.sandbox.review", o.sandbox_review, milliseconds(0), std::chrono::hours(1));
  binder.rule([&o] {
    const bool used = o.provider == "stripe" || !o.stripe.api_key.empty();
    return used ? complaint(o.stripe) : std::string();
  });
}

}  // namespace order::payments
