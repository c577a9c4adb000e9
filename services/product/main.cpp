#include "services/contracts/events.hpp"
#include "services/contracts/permissions.hpp"
#include "services/contracts/revocations.hpp"
#include "services/kit/db/idempotency.hpp"
#include "services/kit/db/listener.hpp"
#include "services/kit/docs/docs.hpp"
#include "services/kit/messaging/inbox.hpp"
#include "services/kit/runtime/app.hpp"
#include "services/kit/threads/periodic.hpp"
#include "services/product/catalog/catalog_routes.hpp"
#include "services/product/catalog/sample_data.hpp"
#include "services/product/errors/problems.hpp"
#include "services/product/import/import_routes.hpp"
#include "services/product/reviews/purchase_store.hpp"
#include "services/product/reviews/review_routes.hpp"
#include "services/product/search/search_routes.hpp"
#include "services/product/stock/stock_metrics.hpp"
#include "services/product/stock/stock_routes.hpp"

extern const std::vector<kit::EmbeddedFile> product_migrations, product_openapi;

namespace product {
namespace {

using namespace std::chrono_literals;

struct Options {
  std::chrono::milliseconds reservation_expiry = 10min;
  std::chrono::milliseconds expiry_period = 5s;
  int cached_products = 10'000;
};

/// A network that drops packets without closing the connection turns the cache off after this time.
constexpr std::chrono::seconds MAX_SILENCE{3};

/// Lets the notifications of the database invalidate the cache, within milliseconds of a commit.
std::unique_ptr<kit::db::Listener> listen(kit::db::Database& database, ProductCache& cache) {
  return std::make_unique<kit::db::Listener>(kit::db::Listener::Options{
      .url = database.options().url,
      .channels = {"product_changed"},
      .notified = [&](const std::string&, const std::string& payload) { cache.invalidate(payload); },
      .connected = [&] { cache.open(); },
      .lost = [&] { cache.close(); }});
}

void forget_keys(kit::db::Database& database, const std::stop_token& stop) {
  while (!stop.stop_requested() && kit::db::forget_keys(database, kit::Deadline::in(5s)) > 0) {
  }
}

/// Members are destroyed in reverse order: the threads stop before what they use is destroyed.
struct Running final : kit::runtime::Running {
  Running(kit::runtime::Context& running_context, const Options& given, kit::http::Router& api,
          kit::http::Router& internal)
      : context(running_context), options(given) {
    kit::messaging::add_check(context.health, consumer);
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

  kit::runtime::Context& context;
  const Options options;

  ProductStore products{context.database};
  CategoryStore categories{context.database};
  SearchStore search{context.database};
  StockStore stock{context.database};
  ReservationStore reservations{context.database, options.reservation_expiry};
  ReviewStore reviews{context.database};
  ImportStore imports{context.database};
  ProductCache cache{{.entries = static_cast<std::size_t>(options.cached_products)}, context.metrics, [this] {
                       return listener && listener->heard_within(MAX_SILENCE);
                     }};

  ProductRoutes product_routes{products, cache, context.currency};
  InternalProductRoutes internal_product_routes{products};
  CategoryRoutes category_routes{categories};
  SearchRoutes search_routes{search, context.currency};
  StockRoutes stock_routes{stock, context.metrics};
  ReservationRoutes reservation_routes{reservations, context.metrics};
  ReviewRoutes review_routes{reviews, context.metrics};
  ImportRoutes import_routes{imports, context.currency, context.metrics};

  std::unique_ptr<kit::db::Listener> listener = options.cached_products > 0 ? listen(context.database, cache)
                                                                            : nullptr;
  prometheus::Counter& expired = context.metrics.counter("stock_reservations_expired_total",
                                                         "Reservations released because they expired.");
  kit::Periodic expiry{{options.expiry_period, 60s, "expiry of reservations failed"},
                       [this](const std::stop_token& stop) { reservations.expire(stop, expired); }};
  kit::messaging::Consumer consumer{{.broker = context.broker,
                                     .queue = "product.events",
                                     .bindings = contracts::consumed_types("product.events")},
                                    kit::messaging::once(context.database, "purchases", apply_purchase_event),
                                    context.metrics};
  kit::Periodic key_cleanup{{10min, 1h, "idempotency-key cleanup failed"},
                            [this](const std::stop_token& stop) { forget_keys(context.database, stop); }};
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
      .clients = {{"user", ""}},
      .configure =
          [&](kit::config::Binder& binder) {
            binder.duration("reservations.expiry", options.reservation_expiry, 1s, 24h);
            binder.integer("cache.products", options.cached_products, 0, 1'000'000);
            binder.duration("reservations.sweep", options.expiry_period, 100ms, 10min);
          },
      .build = [&](kit::runtime::Context& context, kit::http::Router& api,
                   kit::http::Router& internal) -> std::unique_ptr<kit::runtime::Running> {
        return std::make_unique<Running>(context, options, api, internal);
      },
      .map_error = problem_of,
      .sample_data =
          [](kit::runtime::Context& context) { fill_sample_data(context.database, context.currency); },
      .revocations = contracts::revocations};
  return kit::runtime::run(argc, argv, service);
}
