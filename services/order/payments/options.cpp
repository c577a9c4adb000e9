#include "services/order/payments/options.hpp"

#include <algorithm>

namespace order::payments {
namespace {

/// What is wrong with the options, beginning with the key, or "".
std::string complaint(const StripeOptions& options) {
  if (options.api_key.empty()) return "payments.stripe.api_key must be set";
  const bool clean = std::all_of(options.api_key.begin(), options.api_key.end(),
                                 [](char c) { return c > ' ' && c < '\x7f'; });
  if (!clean) return "payments.stripe.api_key must be visible ASCII characters";
  const bool plain = options.url.starts_with("http://");
  if (plain && !options.api_key.starts_with("sk_test_"))
    return "payments.stripe.url must be https:// (http:// is for test keys, sk_test_…, only)";
  if (!plain && !options.url.starts_with("https://")) return "payments.stripe.url must begin with https://";
  return {};
}

}  // namespace

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
