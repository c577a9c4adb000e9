#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/order/payments/payment_providers.hpp"
#include "services/order/payments/payment_store.hpp"

#include <chrono>
#include <functional>

namespace order::api {

/// POST /api/payments/webhook: signed events of the payment provider (see payments/signature.hpp). An event
/// is only a hint: it makes the order due, which then asks the provider for the payment's status, so that
/// repeated, late and reordered events are harmless. Metrics: payment_events_total{result}.
class WebhookRoutes final {
 public:
  using Clock = std::function<std::chrono::system_clock::time_point()>;

  WebhookRoutes(const payments::PaymentProviders& providers, PaymentStore& store, kit::Metrics& metrics,
                Clock now);
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response receive(const kit::http::Request& request) const;

  const payments::PaymentProviders& providers_;
  PaymentStore& store_;
  prometheus::Counter& taken_;
  prometheus::Counter& repeated_;
  prometheus::Counter& ignored_;
  prometheus::Counter& refused_;
  Clock now_;
};

}  // namespace order::api
