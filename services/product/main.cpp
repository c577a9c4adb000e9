#include "services/contracts/events.hpp"
#include "services/contracts/permissions.hpp"
#include "services/kit/db/idempotency.hpp"
#include "services/kit/docs/docs.hpp"
#include "services/kit/messaging/inbox.hpp"
#include "services/kit/runtime/app.hpp"
#include "services/kit/threads/periodic.hpp"
#include "services/product/catalog/category_routes.hpp"
#include "services/product/catalog/internal_product_routes.hpp"
#include "services/product/catalog/product_cache_feed.hpp"
#include "services/product/catalog/product_edit_routes.hpp"
#include "services/product/catalog/product_routes.hpp"
#include "services/product/catalog/sample_data.hpp"
#include "services/product/import/import_routes.hpp"
#include "services/product/reviews/purchase_store.hpp"
#include "services/product/reviews/review_routes.hpp"
#include "services/product/search/search_routes.hpp"
#include "services/product/stock/reservation_routes.hpp"
#include "services/product/stock/stock_metrics.hpp"
#include "services/product/stock/stock_routes.hpp"
#include "services/product/stock/sweeper.hpp"

extern const std::vector<kit::EmbeddedFile> product_migrations, product_openapi;

namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

struct Options {
  std::chrono::milliseconds expiry = 10min;
  std::chrono::milliseconds sweep = 5s;
  int cached_products = 10'000;
};

struct Product final : kit::runtime::Running {
  Product(kit::runtime::Context& context, const Options& options, kit::http::Router& api,
          kit::http::Router& internal)
      : catalog(context.database),
        feed(context.database, {.entries = static_cast<std::size_t>(options.cached_products)},
             context.metrics),
        search(context.database),
        reservations(context.database, options.expiry),
        sweeper(reservations, options.sweep, context.metrics),
        consumer(
            {.broker = context.broker, .queue = "product.events", .bindings = product::purchase_events()},
            kit::messaging::once(context.database, "purchases", product::take_in), context.metrics),
        forgetting({10min, 1h, "kept answers cannot be forgotten"}, [&database = context.database](
                                                                        const std::stop_token& stop) {
          while (!stop.stop_requested() && kit::db::forget_keys(database, kit::Deadline::in(5s)) > 0) {
          }
        }) {
    context.health.add({"events", false, [this] { return consumer.probe(); }});
    kit::docs::add_openapi(api, product_openapi);
    product::api::add_product_routes(api, catalog, feed.cache());
    product::api::add_category_routes(api, context.database);
    product::api::add_product_edit_routes(api, context.database, context.currency);
    product::api::add_search_routes(api, search, context.currency);
    product::api::add_internal_product_routes(internal, catalog);
    product::api::add_reservation_routes(internal, reservations, context.metrics);
    product::api::add_import_route(api, context.database, context.currency, context.metrics);
    product::api::add_stock_routes(api, context.database, context.metrics);
    product::add_stock_metrics(context.database, context.metrics);
    product::api::add_review_routes(api, context.database, context.metrics);
  }
  product::Catalog catalog;
  product::ProductCacheFeed feed;
  product::Search search;
  product::Reservations reservations;
  product::Sweeper sweeper;
  kit::messaging::Consumer consumer;  // it ends before what it uses goes
  kit::Periodic forgetting;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const kit::runtime::Service service{
      .name = "product",
      .migrations = product_migrations,
      .permissions = contracts::permissions(),
      .consumers = contracts::consumers(),
      .configure =
          [&](kit::config::Binder& binder) {
            binder.duration("reservations.expiry", options.expiry, 1s, 24h);
            binder.integer("cache.products", options.cached_products, 0, 1'000'000);
            binder.duration("reservations.sweep", options.sweep, std::chrono::milliseconds(100), 10min);
          },
      .build = [&](kit::runtime::Context& context, kit::http::Router& api,
                   kit::http::Router& internal) -> std::unique_ptr<kit::runtime::Running> {
        return std::make_unique<Product>(context, options, api, internal);
      },
      .sample_data =
          [](kit::runtime::Context& context) {
            product::fill_sample_data(context.database, context.currency);
          }};
  return kit::runtime::run(argc, argv, service);
}
