#include "services/product/catalog/product_routes.hpp"

#include "services/kit/http/message/etag.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/product/catalog/product_json.hpp"

namespace product::api {
namespace {

using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;

Response list(const Catalog& catalog, const Request& request) {
  const auto query = kit::http::PageQuery::of(request);
  std::optional<kit::ProductId> after;
  if (query.after) after = kit::ProductId{*query.after};
  const auto page = catalog.page(after, query.limit, request.deadline);
  auto body = Ordered::array();
  for (const auto& product : page.products) body.push_back(render_line(product, product.available > 0));
  auto response = Response::ordered(body);
  if (page.next) kit::http::link_next(response, request, query, page.next->value);
  return response;
}

std::shared_ptr<const ProductCache::Entry> look_up(const Catalog& catalog, ProductCache& cache,
                                                   const Request& request) {
  const kit::ProductId id{request.id()};
  if (auto kept = cache.find(id)) return kept;
  const auto ticket = cache.ticket(id);
  const auto found = catalog.find(id, request.deadline);
  if (!found) return nullptr;
  auto entry = std::make_shared<const ProductCache::Entry>(ProductCache::Entry{
      Response::ordered(render_details(*found)).body, product_etag(*found), found->retired});
  cache.put(id, ticket, entry);
  return entry;
}

/// What is sold no more is there for staff only.
Response one(const Catalog& catalog, ProductCache& cache, const Request& request) {
  const auto entry = look_up(catalog, cache, request);
  if (!entry || (entry->retired && !(request.principal && request.principal->staff())))
    throw kit::problem::not_found("Product not found");
  if (kit::http::has_already(request, entry->etag)) return kit::http::not_modified(entry->etag);
  auto response = Response::text(entry->body, "application/json");
  response.headers.set("ETag", entry->etag);
  return response;
}

}  // namespace

void add_product_routes(kit::http::Router& router, const Catalog& catalog, ProductCache& cache) {
  router.get("/products", [&catalog](const Request& request) { return list(catalog, request); });
  for (const std::string base : {"/products", "/api/products"})
    router.get(base + "/{id}",
               [&catalog, &cache](const Request& request) { return one(catalog, cache, request); });
}

}  // namespace product::api
