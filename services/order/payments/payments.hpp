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

/// The providers that this shop has: the one that new orders are paid with, and those of earlier orders. Each
/// call is tried a few times while its deadline allows, with the same key. Thread-safe; throws Away. Metrics:
/// payments_total{provider,operation,result}, payment_duration_seconds{provider,operation}.
class Payments {
 public:
  Payments(const Options& options, const std::string& database_url, kit::Metrics& metrics);

  /// Of new orders.
  const std::string& provider() const { return options_.provider; }
  /// How a new order is paid: what the client said, or the provider's default. Problem 422 naming
  /// payment.method when that cannot be.
  std::string method(const std::optional<std::string>& asked) const;
  /// What signs the provider's webhooks; empty: nothing does.
  std::string webhook_secret() const;

  std::variant<std::string, Refused> open(const std::string& provider, const Charge&, kit::Deadline);
  Status authorise(const std::string& provider, const Charge&, kit::Deadline);
  Status capture(const std::string& provider, const Charge&, kit::Deadline);
  Status cancel(const std::string& provider, const Charge&, kit::Deadline);
  Status look(const std::string& provider, const Charge&, kit::Deadline);
  std::variant<std::string, Refused> refund(const std::string& provider, const Charge&, std::int64_t id,
                                            kit::Money amount, kit::Deadline);

 private:
  template <class F>
  auto call(const std::string& provider, const char* operation, kit::Deadline deadline, F&& ask);
  void count(const std::string& provider, const char* operation, const std::string& result);

  const Options options_;
  kit::Metrics& metrics_;
  std::map<std::string, std::unique_ptr<Provider>> providers_;
};

}  // namespace order::payments
