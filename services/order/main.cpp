#include "services/contracts/events.hpp"
#include "services/contracts/permissions.hpp"
#include "services/kit/docs/docs.hpp"
#include "services/kit/runtime/app.hpp"
#include "services/order/api/cart.hpp"
#include "services/order/api/health.hpp"
#include "services/order/api/list.hpp"
#include "services/order/api/orders.hpp"
#include "services/order/api/place.hpp"
#include "services/order/fulfilment/fulfilment_routes.hpp"
#include "services/order/payments/options.hpp"
#include "services/order/payments/webhook_routes.hpp"
#include "services/order/privacy/erasure.hpp"
#include "services/order/saga/recovery.hpp"
#include "services/order/store/open_orders.hpp"
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
  order::Orders::Options orders;
  std::chrono::milliseconds recovery = 1s;
  order::Seats::Limits streams;
  order::payments::Options payments;
};

struct OrderService final : kit::runtime::Running {
  OrderService(kit::runtime::Context& context, const Options& options, kit::http::Router& api)
      : orders(context.database, options.orders),
        users(context.client("user")),
        stock(context.client("product")),
        payments(options.payments, context.database.options().url, context.metrics),
        payment_store(context.database),
        payer(payments, payment_store),
        sales(context.metrics),
        saga(orders, stock, payer, payment_store, sales, context.metrics),
        life(context.database),
        place(orders, users, stock, payments, saga, context.metrics),
        life_routes(life, orders, saga, sales),
        open_orders(context.database, context.metrics),
        recovery(orders, payment_store, saga, options.recovery, context.metrics),
        feed(context.database, options.streams, context.metrics),
        carts(context.database),
        lists(context.database),
        catalog(context.client("product")),
        cart_pages(carts, orders, place, catalog, context.currency),
        erasure(context.database, context.broker, context.metrics) {
    place.add_routes(api);
    life_routes.add_routes(api);
    order::api::add_webhook_route(api, payments, payment_store, context.metrics);
    order::api::add_order_routes(api, orders, users);
    order::api::add_list_route(api, lists);
    cart_pages.add_routes(api);
    order::api::add_tracking_route(api, context.database, feed, context.revocations);
    order::api::add_health_route(api, context.health);
    kit::docs::add_openapi(api, order_openapi);
    kit::docs::add_docs(api, gateway_openapi);
    for (const auto* peer : {"user", "product"})
      context.health.add(order::api::peer_check(context.client(peer)));
  }
  order::Orders orders;
  order::Users users;
  order::Stock stock;
  order::payments::Payments payments;
  order::PaymentStore payment_store;
  order::Payer payer;
  order::Sales sales;
  order::Saga saga;
  order::Life life;
  order::api::Place place;
  order::api::LifeRoutes life_routes;
  order::OpenOrders open_orders;
  order::Recovery recovery;
  order::Feed feed;
  order::Carts carts;
  order::Lists lists;
  order::Catalog catalog;
  order::api::CartPages cart_pages;
  order::Erasure erasure;
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
      .sample_data =
          [](kit::runtime::Context& context) {
            order::fill_sample_data(context.database, context.currency);
          }};
  return kit::runtime::run(argc, argv, service);
}
