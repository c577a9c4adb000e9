#include "services/product/api/products.hpp"

#include "services/kit/http/page.hpp"
#include "services/product/api/product_json.hpp"

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

Response one(const Catalog& catalog, const Request& request) {
  const auto found = catalog.find(kit::ProductId{request.id()}, request.deadline);
  if (!found) throw kit::problem::not_found("Product not found");
  auto body = render_line(found->product, found->product.available > 0);
  body["description"] = found->description;
  if (found->category) body["category"] = *found->category;
  return Response::ordered(body);
}

}  // namespace

void add_product_routes(kit::http::Router& router, const Catalog& catalog) {
  router.get("/products", [&catalog](const Request& request) { return list(catalog, request); });
  for (const std::string base : {"/products", "/api/products"})
    router.get(base + "/{id}", [&catalog](const Request& request) { return one(catalog, request); });
}

}  // namespace product::api
