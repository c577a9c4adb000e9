#include "services/product/catalog/product_edit_routes.hpp"

#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/kit/http/message/etag.hpp"
#include "services/product/catalog/product_edit_store.hpp"
#include "services/product/catalog/product_json.hpp"
#include "services/product/idempotency/answers.hpp"

namespace product::api {
namespace {

using kit::db::Transaction;
using kit::http::Request;
using kit::http::Response;

kit::Problem no_product() { return kit::problem::not_found("Product not found"); }

kit::Problem name_taken() {
  return kit::problem::conflict("Name taken", "Something on sale has this name already.");
}

kit::Problem no_category() { return kit::problem::invalid("category", "is no category's slug"); }

kit::Problem retired() {
  return kit::problem::conflict("Product retired", "It is on sale no more, and not changed any more.");
}

ProductData data_of(const ProductDetails& details) {
  return {details.product.name,  details.description, details.category,
          details.product.price, details.images,      details.attributes};
}

Response shown(const ProductDetails& details, int status) {
  auto response = Response::ordered(render_details(details), status);
  response.headers.set("ETag", product_etag(details));
  return response;
}

struct Routes {
  kit::db::Database& database;
  kit::Currency currency;

  Response create(const Request& request) const try {
    const auto body = request.json();
    const auto data = read_product_data(body, currency);
    const auto answer = answer_once(database, "product_create", request.deadline,
                                    key_of(request, body.dump()), [&](Transaction& tx) {
                                      const auto id = create_product(tx, data, request.trace.traceparent());
                                      return Answer{201, render_details(*find_product(tx, id)).dump(),
                                                    "/api/products/" + std::to_string(id.value)};
                                    });
    return response_of(answer);
  } catch (const NameTaken&) {
    throw name_taken();
  } catch (const UnknownCategory&) {
    throw no_category();
  } catch (const KeyReused&) {
    throw kit::http::key_reused();
  }

  Response change(const Request& request) const try {
    const kit::ProductId id{request.id()};
    const auto patch = request.json();
    const auto now =
        database.transact<ProductDetails>("product_change", request.deadline, [&](Transaction& tx) {
          const auto before = lock_product(tx, id);
          if (!before) throw no_product();
          kit::http::require_match(request, product_etag(*before));
          if (before->retired) throw ProductRetired();
          const auto old = data_of(*before);
          const auto data = patched(old, patch);
          if (to_json(data) != to_json(old)) change_product(tx, id, data, request.trace.traceparent());
          return *find_product(tx, id);
        });
    return shown(now, 200);
  } catch (const NameTaken&) {
    throw name_taken();
  } catch (const UnknownCategory&) {
    throw no_category();
  } catch (const ProductRetired&) {
    throw retired();
  }

  Response retire(const Request& request) const {
    const kit::ProductId id{request.id()};
    database.transact(
        "product_retire", request.deadline,
        [&](Transaction& tx) {
          const auto before = lock_product(tx, id);
          if (!before) throw no_product();
          if (before->retired) return;  // as asked, whichever version was known
          kit::http::require_match(request, product_etag(*before));
          retire_product(tx, id, request.trace.traceparent());
        },
        true);
    return Response::no_content();
  }
};

}  // namespace

void add_product_edit_routes(kit::http::Router& router, kit::db::Database& database, kit::Currency currency) {
  const Routes routes{database, currency};
  router.post("/api/products", [routes](const Request& request) { return routes.create(request); });
  router.patch("/api/products/{id}", [routes](const Request& request) { return routes.change(request); });
  router.del("/api/products/{id}", [routes](const Request& request) { return routes.retire(request); });
}

}  // namespace product::api
