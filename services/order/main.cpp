#include "services/contracts/events.hpp"
#include "services/contracts/permissions.hpp"
#include "services/kit/docs/docs.hpp"
#include "services/kit/runtime/app.hpp"
#include "services/kit/time/random.hpp"
#include "services/order/api/cart_routes.hpp"
#include "services/order/api/health_routes.hpp"
#include "services/order/api/order_list_routes.hpp"
#include "services/order/api/order_routes.hpp"
#include "services/order/api/placement_routes.hpp"
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

/// Destroyed from the bottom up: background threads and routes before what they use.
struct OrderService final : kit::runtime::Running {
  OrderService(kit::runtime::Context& context, const Options& options, kit::http::Router& api)
      : orders(context.database, options.orders),
        carts(context.database),
        lists(context.database),
        payments(context.database),
        fulfilment(context.database),
        users(context.client("user")),
        products(context.client("product")),
        providers(options.payments, context.database.options().url, context.metrics),
        sales(context.metrics),
        collector(providers, payments),
        saga(orders, products, collector, payments, sales, context.metrics, kit::random_fraction),
        placement(orders, users, products, providers, saga, context.metrics),
        feed(context.database, options.streams, context.metrics),
        open_orders(context.database, context.metrics),
        recovery(orders, payments, saga, options.recovery, context.metrics, &std::chrono::steady_clock::now),
        erasure(context.database, context.broker, context.metrics),
        placement_routes(placement),
        order_routes(orders, users),
        list_routes(lists),
        cart_routes(carts, orders, placement, products, context.currency),
        fulfilment_routes(fulfilment, orders, saga, sales),
        webhook_routes(providers, payments, context.metrics, &std::chrono::system_clock::now),
        tracking_routes(context.database, feed, context.revocations),
        health_routes(context.health) {
    placement_routes.add_to(api);
    order_routes.add_to(api);
    list_routes.add_to(api);
    cart_routes.add_to(api);
    fulfilment_routes.add_to(api);
    webhook_routes.add_to(api);
    tracking_routes.add_to(api);
    health_routes.add_to(api);
    kit::docs::add_openapi(api, order_openapi);
    kit::docs::add_docs(api, gateway_openapi);
    for (const auto* service : {"user", "product"})
      context.health.add(order::api::service_check(context.client(service)));
  }
  order::OrderStore orders;
  order::CartStore carts;
  order::OrderListStore lists;
  order::PaymentStore payments;
  order::FulfilmentStore fulfilment;
  order::UserClient users;
  order::ProductClient products;
  order::payments::PaymentProviders providers;
  order::SalesMetrics sales;
  order::PaymentCollector collector;
  order::OrderSaga saga;
  order::OrderPlacement placement;
  order::EventFeed feed;
  order::OpenOrderMetrics open_orders;
  order::Recovery recovery;
  order::Erasure erasure;
  order::api::PlacementRoutes placement_routes;
  order::api::OrderRoutes order_routes;
  order::api::OrderListRoutes list_routes;
  order::api::CartRoutes cart_routes;
  order::api::FulfilmentRoutes fulfilment_routes;
  order::api::WebhookRoutes webhook_routes;
  order::api::TrackingRoutes tracking_routes;
  order::api::HealthRoutes health_routes;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const kit::runtime::Service service{
      .name = "order",
      .migrations = order_migrations,
      .permissions = contracts::permissions(),
      .consumers = contracts::consumers(),
      .peers = {"user", "product"},
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
                   kit::http::Router&) -> std::unique_ptr<kit::runtime::Running> {
        return std::make_unique<OrderService>(context, options, api);
      },
      .map_error = order::problem_of,
      .sample_data =
          [](kit::runtime::Context& context) {
            order::fill_sample_data(context.database, context.currency);
          }};
  return kit::runtime::run(argc, argv, service);
}
