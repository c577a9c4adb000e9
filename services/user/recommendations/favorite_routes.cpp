#include "services/kit/http/message/page.hpp"
#include "services/user/recommendations/recommendation_routes.hpp"

namespace user {

void FavoriteRoutes::add_to(Router& router) const {
  router.get("/api/customers/me/favorites", handler_of(*this, &FavoriteRoutes::list));
  router.put("/api/customers/me/favorites/{product_id}", handler_of(*this, &FavoriteRoutes::add));
  router.del("/api/customers/me/favorites/{product_id}", handler_of(*this, &FavoriteRoutes::remove));
  router.put("/api/customers/me/views/{product_id}", handler_of(*this, &FavoriteRoutes::add_view));
}

Response FavoriteRoutes::list(const Request& request) const {
  const auto query = kit::http::PageQuery::of(request);
  const auto page = favorites_.page(caller_id(request), query.after, query.limit, request.deadline);
  std::vector<contracts::ProductId> ids;
  for (const auto& favorite : page.items) ids.push_back(favorite.product);
  const auto known = catalog_.find(ids, ProductCatalog::Context::of(request)).products;
  auto body = nlohmann::ordered_json::array();
  for (const auto& favorite : page.items) {
    nlohmann::ordered_json row{{"product_id", favorite.product.value}};
    if (const auto found = known.find(favorite.product); found != known.end()) describe(row, found->second);
    row["added_at"] = favorite.added_at;
    body.push_back(std::move(row));
  }
  auto response = Response::ordered(body);
  if (page.next) kit::http::link_next(response, request, query, *page.next);
  return response;
}

contracts::ProductId FavoriteRoutes::product_on_sale(const Request& request) const {
  const contracts::ProductId product{request.id("product_id")};
  catalog_.require(product, ProductCatalog::Context::of(request));
  return product;
}

Response FavoriteRoutes::add(const Request& request) const {
  favorites_.add(caller_id(request), product_on_sale(request), request.deadline);
  return Response::no_content();
}

Response FavoriteRoutes::remove(const Request& request) const {
  favorites_.remove(caller_id(request), {request.id("product_id")}, request.deadline);
  return Response::no_content();
}

Response FavoriteRoutes::add_view(const Request& request) const {
  favorites_.add_view(caller_id(request), product_on_sale(request), request.deadline);
  return Response::no_content();
}

}  // namespace user
