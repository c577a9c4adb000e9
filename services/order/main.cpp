#include "services/contracts/events.hpp"
#include "services/contracts/permissions.hpp"
#include "services/contracts/revocations.hpp"
#include "services/kit/docs/docs.hpp"
#include "services/kit/messaging/inbox.hpp"
#include "services/kit/runtime/app.hpp"
#include "services/kit/time/random.hpp"
#include "services/order/api/cart_routes.hpp"
#include "services/order/api/health_routes.hpp"
#include "services/order/api/order_routes.hpp"
#include "services/order/errors/problems.hpp"
#include "services/order/fulfilment/fulfilment_routes.hpp"
#include "services/order/payments/options.hpp"
#include "services/order/payments/webhook_routes.hpp"
#include "services/order/privacy/erasure.hpp"
#include "services/order/saga/recovery.hpp"
#include "services/order/store/open_order_metrics.hpp"
#include "services/order/store/sample_data.hpp"
#include "services/order/tracking/tracking_routes.hpp"

extern const std::vector<kit::EmbeddedFile> order_migrations;
extern const std::vector<kit::EmbeddedFile> order_openapi, gateway_openapi;

namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

struct Options {
  order::OrderStore::Options orders;
  std::chrono::milliseconds recovery = 1s;
  order::StreamLimits::Limits streams;
  order::payments::Options payments;
};

/// Members are destroyed from the last to the first: background threads and routes before what they use.
struct OrderService final : kit::runtime::Running {
  OrderService(kit::runtime::Context& service, const Options& configured)
      : context(service), options(configured) {}

  void add_to(kit::http::Router& api) {
    order_routes.add_to(api);
    cart_routes.add_to(api);
    fulfilment_routes.add_to(api);
    webhook_routes.add_to(api);
    tracking_routes.add_to(api);
    health_routes.add_to(api);
    kit::docs::add_openapi(api, order_openapi);
    kit::docs::add_docs(api, gateway_openapi);
  }

  kit::runtime::Context& context;
  const Options& options;
  order::OrderStore orders{context.database, options.orders};
  order::CartStore carts{context.database};
  order::PaymentStore payments{context.database};
  order::FulfilmentStore fulfilment{context.database};
  order::UserClient users{context.client("user")};
  order::ProductClient products{context.client("product")};
  order::payments::PaymentProviders providers{options.payments, context.database.options().url,
                                              context.metrics};
  order::SalesMetrics sales{context.metrics};
  order::PaymentCollector collector{providers, payments};
  order::OrderSaga saga{orders, products, collector, payments, sales, context.metrics, kit::random_fraction};
  order::OrderPlacement placement{orders, users, products, providers, saga, context.metrics};
  order::EventFeed feed{context.database, options.streams, context.metrics};
  order::OpenOrderMetrics open_orders{context.database, context.metrics};
  order::Recovery recovery{orders,           payments,        saga,
                           options.recovery, context.metrics, &std::chrono::steady_clock::now};
  kit::messaging::Consumer consumer{
      {.broker = context.broker,
       .queue = "order.events",
       .bindings = contracts::consumed_types("order.events")},
      kit::messaging::once(context.database, "order.people", order::apply_event),
      context.metrics};
  order::api::OrderRoutes order_routes{orders, users, placement};
  order::api::CartRoutes cart_routes{carts, orders, placement, products, context.currency};
  order::api::FulfilmentRoutes fulfilment_routes{fulfilment, orders, saga, sales};
  order::api::WebhookRoutes webhook_routes{providers, payments, context.metrics,
                                           &std::chrono::system_clock::now};
  order::api::TrackingRoutes tracking_routes{context.database, feed, context.revocations};
  order::api::HealthRoutes health_routes{context.health};
};

std::unique_ptr<kit::runtime::Running> build(kit::runtime::Context& context, const Options& options,
                                             kit::http::Router& api) {
  auto running = std::make_unique<OrderService>(context, options);
  running->add_to(api);
  for (const auto* service : {"user", "product"})
    context.health.add(order::api::service_check(context.client(service)));
  return running;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const kit::runtime::Service service{
      .name = "order",
      .migrations = order_migrations,
      .permissions = contracts::permissions(),
      .consumers = contracts::consumers(),
      .clients = {{"user", "http://127.0.0.1:9091"}, {"product", "http://127.0.0.1:9092"}},
      .configure =
          [&](kit::config::Binder& binder) {
            binder.duration("orders.lease", options.orders.lease, 500ms, 5min);
            binder.duration("orders.give_up", options.orders.give_up, 1s, 24h);
            binder.duration("orders.recovery", options.recovery, 50ms, 1min);
            binder.integer("tracking.streams", options.streams.streams, 1, 3000);
            binder.integer("tracking.streams_per_user", options.streams.per_user, 1, 1000);
            order::payments::bind(binder, options.payments);
          },
      .build = [&](kit::runtime::Context& context, kit::http::Router& api,
                   kit::http::Router&) { return build(context, options, api); },
      .map_error = order::problem_of,
      .sample_data =
          [](kit::runtime::Context& context) { order::fill_sample_data(context.database, context.currency); },
      .revocations = contracts::revocations};
  return kit::runtime::run(argc, argv, service);
}
