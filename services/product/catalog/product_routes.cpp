#include "services/kit/http/message/etag.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/product/catalog/catalog_routes.hpp"

namespace product {
namespace {

ProductStore::Check if_match(const Request& request) {
  return [&request](const ProductDetails& now) { kit::http::require_match(request, product_etag(now)); };
}

}  // namespace

void ProductRoutes::add_to(Router& router) const {
  router.get("/products", handler_of(*this, &ProductRoutes::list));
  router.get("/products/{id}", handler_of(*this, &ProductRoutes::show));
  router.get("/api/products/{id}", handler_of(*this, &ProductRoutes::show));
  router.post("/api/products", handler_of(*this, &ProductRoutes::create));
  router.patch("/api/products/{id}", handler_of(*this, &ProductRoutes::change));
  router.del("/api/products/{id}", handler_of(*this, &ProductRoutes::retire));
}

Response ProductRoutes::list(const Request& request) const {
  const auto query = kit::http::PageQuery::of(request);
  const auto page = products_.page(query.after, query.limit, request.deadline);
  auto body = Ordered::array();
  for (const auto& product : page.items) body.push_back(render_line(product, product.available > 0));
  auto response = Response::ordered(body);
  if (page.next) kit::http::link_next(response, request, query, *page.next);
  return response;
}

std::shared_ptr<const ProductCache::Entry> ProductRoutes::look_up(contracts::ProductId id,
                                                                  kit::Deadline deadline) const {
  if (auto cached = cache_.find(id)) return cached;
  const auto ticket = cache_.ticket(id);
  const auto found = products_.find(id, deadline);
  if (!found) return nullptr;
  auto entry = std::make_shared<const ProductCache::Entry>(ProductCache::Entry{
      Response::ordered(render_details(*found)).body, product_etag(*found), found->retired});
  cache_.put(id, ticket, entry);
  return entry;
}

/// Only staff see retired products.
Response ProductRoutes::show(const Request& request) const {
  const auto entry = look_up(contracts::ProductId{request.id()}, request.deadline);
  if (!entry || (entry->retired && !(request.principal && request.principal->staff())))
    throw ProductNotFound();
  if (kit::http::has_already(request, entry->etag)) return kit::http::not_modified(entry->etag);
  auto response = Response::text(entry->body, "application/json");
  response.headers.set("ETag", entry->etag);
  return response;
}

Response ProductRoutes::create(const Request& request) const {
  const auto body = request.json();
  const auto data = read_product_data(body, currency_);
  const auto render = [](const ProductDetails& created) {
    return kit::db::StoredResponse{201, render_details(created).dump(),
                                   "/api/products/" + std::to_string(created.product.id.value)};
  };
  return kit::http::response_of(products_.create(
      data, request.trace.traceparent(), request_key(request, body.dump()), render, request.deadline));
}

Response ProductRoutes::change(const Request& request) const {
  const contracts::ProductId id{request.id()};
  const auto changed =
      products_.change(id, request.json(), if_match(request), request.trace.traceparent(), request.deadline);
  auto response = Response::ordered(render_details(changed));
  response.headers.set("ETag", product_etag(changed));
  return response;
}

Response ProductRoutes::retire(const Request& request) const {
  products_.retire(contracts::ProductId{request.id()}, if_match(request), request.trace.traceparent(),
                   request.deadline);
  return Response::no_content();
}

}  // namespace product
