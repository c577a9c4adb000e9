#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/order/payments/payment_store.hpp"
#include "services/order/payments/payments.hpp"

namespace order::api {

/// POST /api/payments/webhook: what the payment provider has to say, signed (see payments/signature.hpp). An
/// event is a hint only: it wakes the order, which then asks the provider how the payment stands. So a
/// repeated, late or reordered event does no harm. Metrics: payment_events_total{result}. What it is given
/// must outlive the router.
void add_webhook_route(kit::http::Router& router, const payments::Payments& payments, PaymentStore& store,
                       kit::Metrics& metrics);

}  // namespace order::api
