#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/order/payments/options.hpp"
#include "services/order/payments/provider.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace order::payments {

/// The configured providers: the one of new orders, and those of earlier orders. Each call is retried a few
/// times within its deadline, with the same key. Thread-safe; throws Unavailable. Metrics:
/// payments_total{provider,operation,result}, payment_duration_seconds{provider,operation}.
class PaymentProviders {
 public:
  PaymentProviders(const Options& options, const std::string& database_url, kit::Metrics& metrics);

  /// Of new orders.
  const std::string& provider() const { return options_.provider; }
  /// The payment method of a new order: the client's, or the provider's default. Throws InvalidField.
  std::string method(const std::optional<std::string>& requested) const;
  /// The key that signs the provider's webhooks; empty: there are none.
  std::string webhook_secret() const;

  Reference open(const std::string& provider, const Charge&, kit::Deadline);
  Status perform(const std::string& provider, Action, const Charge&, kit::Deadline);
  Status status(const std::string& provider, const Charge&, kit::Deadline);
  Reference refund(const std::string& provider, const Charge&, std::int64_t id, kit::Money amount,
                   kit::Deadline);

 private:
  template <class F>
  auto call(const std::string& provider, const std::string& operation, kit::Deadline deadline, F&& request);
  void count(const std::string& provider, const std::string& operation, const std::string& result);

  const Options options_;
  kit::Metrics& metrics_;
  std::map<std::string, std::unique_ptr<Provider>> providers_;
};

}  // namespace order::payments
