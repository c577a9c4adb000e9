#include "services/product/api/products.hpp"

#include "services/kit/http/page.hpp"
#include "services/kit/json/reader.hpp"

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

Response by_name(const Catalog& catalog, const Request& request) {
  const auto name = request.query_value("name");
  if (!name || name->empty() || !kit::json::valid_utf8(*name) || name->find('\0') != std::string_view::npos)
    throw kit::http::bad_query("?name", "must be a product's name");
  const auto found = catalog.find_by_name(std::string(*name), request.deadline);
  if (!found) throw kit::problem::not_found("Product not found");
  return Response::ordered(
      {{"id", found->id.value},
       {"name", found->name},
       {"unit_price", {{"minor", found->price.minor()}, {"currency", found->price.currency().code()}}},
       {"available", found->available}});
}

}  // namespace

void add_product_routes(kit::http::Router& router, const Catalog& catalog) {
  for (const std::string base : {"/products", "/api/products"}) {
    router.get(base, [&catalog](const Request& request) { return list(catalog, request); });
    router.get(base + "/{id}", [&catalog](const Request& request) { return one(catalog, request); });
  }
}

void add_internal_product_routes(kit::http::Router& router, const Catalog& catalog) {
  router.get("/internal/products", [&catalog](const Request& request) { return by_name(catalog, request); });
}

}  // namespace product::api
