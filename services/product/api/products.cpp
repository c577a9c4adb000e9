#include "services/product/api/products.hpp"

#include "services/kit/http/page.hpp"

namespace product::api {
namespace {

using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;

Ordered render(const Product& product) {
  return {{"id", product.id.value},
          {"name", product.name},
          {"price", Ordered(product.price.number())},
          {"currency", product.price.currency().code()},
          {"in_stock", product.available > 0}};
}

Response list(const Catalog& catalog, const Request& request) {
  const auto query = kit::http::PageQuery::of(request);
  std::optional<kit::ProductId> after;
  if (query.after) after = kit::ProductId{*query.after};
  const auto page = catalog.page(after, query.limit, request.deadline);
  auto body = Ordered::array();
  for (const auto& product : page.products) body.push_back(render(product));
  auto response = Response::ordered(body);
  if (page.next) kit::http::link_next(response, request, query, page.next->value);
  return response;
}

Response one(const Catalog& catalog, const Request& request) {
  const auto found = catalog.find(kit::ProductId{request.id()}, request.deadline);
  if (!found) throw kit::problem::not_found("Product not found");
  auto body = render(found->product);
  body["description"] = found->description;
  if (found->category) body["category"] = *found->category;
  return Response::ordered(body);
}

}  // namespace

void add_product_routes(kit::http::Router& router, const Catalog& catalog) {
  for (const std::string base : {"/products", "/api/products"}) {
    router.get(base, [&catalog](const Request& request) { return list(catalog, request); });
    router.get(base + "/{id}", [&catalog](const Request& request) { return one(catalog, request); });
  }
}

}  // namespace product::api
