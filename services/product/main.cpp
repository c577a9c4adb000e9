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
#include "services/product/catalog/product_routes.hpp"
#include "services/product/catalog/sample_data.hpp"
#include "services/product/errors/problems.hpp"
#include "services/product/import/import_routes.hpp"
#include "services/product/reviews/purchase_store.hpp"
#include "services/product/reviews/review_routes.hpp"
#include "services/product/search/search_routes.hpp"
#include "services/product/stock/reservation_expiry.hpp"
#include "services/product/stock/reservation_routes.hpp"
#include "services/product/stock/stock_metrics.hpp"
#include "services/product/stock/stock_routes.hpp"

extern const std::vector<kit::EmbeddedFile> product_migrations, product_openapi;

namespace product {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

struct Options {
  std::chrono::milliseconds reservation_expiry = 10min;
  std::chrono::milliseconds expiry_period = 5s;
  int cached_products = 10'000;
};

void forget_keys(kit::db::Database& database, const std::stop_token& stop) {
  while (!stop.stop_requested() && kit::db::forget_keys(database, kit::Deadline::in(5s)) > 0) {
  }
}

struct ProductService final : kit::runtime::Running {
  ProductService(kit::runtime::Context& context, const Options& options, kit::http::Router& api,
                 kit::http::Router& internal)
      : products(context.database),
        categories(context.database),
        search(context.database),
        stock(context.database),
        reservations(context.database, options.reservation_expiry),
        reviews(context.database),
        imports(context.database),
        feed(context.database, {.entries = static_cast<std::size_t>(options.cached_products)},
             context.metrics),
        product_routes(products, feed.cache(), context.currency),
        internal_product_routes(products),
        category_routes(categories),
        search_routes(search, context.currency),
        stock_routes(stock, context.metrics),
        reservation_routes(reservations, context.metrics),
        review_routes(reviews, context.metrics),
        import_routes(imports, context.currency, context.metrics),
        expiry(reservations, options.expiry_period, context.metrics),
        consumer({.broker = context.broker,
                  .queue = "product.events",
                  .bindings = contracts::consumed_types("product.events")},
                 kit::messaging::once(context.database, "purchases", apply_purchase_event), context.metrics),
        key_cleanup(
            {10min, 1h, "idempotency-key cleanup failed"},
            [&database = context.database](const std::stop_token& stop) { forget_keys(database, stop); }) {
    context.health.add({"events", false, [this] { return consumer.probe(); }});
    add_stock_metrics(context.database, context.metrics);
    kit::docs::add_openapi(api, product_openapi);
    product_routes.add_to(api);
    category_routes.add_to(api);
    search_routes.add_to(api);
    stock_routes.add_to(api);
    review_routes.add_to(api);
    import_routes.add_to(api);
    internal_product_routes.add_to(internal);
    reservation_routes.add_to(internal);
  }

  ProductStore products;
  CategoryStore categories;
  SearchStore search;
  StockStore stock;
  ReservationStore reservations;
  ReviewStore reviews;
  ImportStore imports;
  ProductCacheFeed feed;
  ProductRoutes product_routes;
  InternalProductRoutes internal_product_routes;
  CategoryRoutes category_routes;
  SearchRoutes search_routes;
  StockRoutes stock_routes;
  ReservationRoutes reservation_routes;
  ReviewRoutes review_routes;
  ImportRoutes import_routes;
  ReservationExpiry expiry;  // the threads last: they stop before what they use is destroyed
  kit::messaging::Consumer consumer;
  kit::Periodic key_cleanup;
};

}  // namespace
}  // namespace product

int main(int argc, char** argv) {
  using namespace product;
  Options options;
  const kit::runtime::Service service{
      .name = "product",
      .migrations = product_migrations,
      .permissions = contracts::permissions(),
      .consumers = contracts::consumers(),
      .configure =
          [&](kit::config::Binder& binder) {
            binder.duration("reservations.expiry", options.reservation_expiry, 1s, 24h);
            binder.integer("cache.products", options.cached_products, 0, 1'000'000);
            binder.duration("reservations.sweep", options.expiry_period, std::chrono::milliseconds(100),
                            10min);
          },
      .build = [&](kit::runtime::Context& context, kit::http::Router& api,
                   kit::http::Router& internal) -> std::unique_ptr<kit::runtime::Running> {
        return std::make_unique<ProductService>(context, options, api, internal);
      },
      .map_error = problem_of,
      .sample_data =
          [](kit::runtime::Context& context) { fill_sample_data(context.database, context.currency); }};
  return kit::runtime::run(argc, argv, service);
}
