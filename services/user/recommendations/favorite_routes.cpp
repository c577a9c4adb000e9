#include "services/kit/http/message/page.hpp"
#include "services/user/privacy/people_routes.hpp"

namespace user::api {
namespace {

using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;
using Added = store::Tastes::Added;

kit::ProductId product_of(const Request& request) { return {request.id("product_id")}; }

Response list(store::Tastes& tastes, Catalog& catalog, const Request& request) {
  const auto query = kit::http::PageQuery::of(request);
  // One more than asked for tells whether there is a next page.
  auto favorites = tastes.favorites(me(request), query.after, query.limit + 1, request.deadline);
  const bool more = favorites.size() > static_cast<std::size_t>(query.limit);
  if (more) favorites.pop_back();
  std::vector<kit::ProductId> ids;
  for (const auto& favorite : favorites) ids.push_back(favorite.product);
  const auto answer = catalog.find(ids, request);
  auto body = Ordered::array();
  for (const auto& favorite : favorites) {
    Ordered row{{"product_id", favorite.product.value}};
    if (const auto found = answer.products.find(favorite.product); found != answer.products.end())
      describe(row, found->second);
    row["added_at"] = favorite.added_at;
    body.push_back(std::move(row));
  }
  auto response = Response::ordered(body);
  if (more) kit::http::link_next(response, request, query, favorites.back().id);
  return response;
}

Response put(store::Tastes& tastes, Catalog& catalog, const Request& request) {
  const auto product = product_of(request);
  catalog.require(product, request);
  switch (tastes.add_favorite(me(request), product, request.deadline)) {
    case Added::Full:
      throw kit::problem::conflict(
          "Too many favorites",
          "There may be " + std::to_string(store::Tastes::MAX_FAVORITES) + " at most: remove one first.");
    case Added::NobodyThere:
      throw account_gone();
    default:
      return Response::no_content();
  }
}

}  // namespace

void describe(nlohmann::ordered_json& into, const Product& product) {
  into["name"] = product.name;
  if (product.price) {
    into["price"] = nlohmann::ordered_json(product.price->number());
    into["currency"] = product.price->currency().code();
  }
  into["retired"] = product.retired;
}

void add_favorites(kit::http::Router& router, store::Tastes& tastes, Catalog& catalog) {
  router.get("/api/customers/me/favorites",
             [&](const Request& request) { return list(tastes, catalog, request); });
  router.put("/api/customers/me/favorites/{product_id}",
             [&](const Request& request) { return put(tastes, catalog, request); });
  router.del("/api/customers/me/favorites/{product_id}", [&](const Request& request) {
    tastes.remove_favorite(me(request), product_of(request), request.deadline);
    return Response::no_content();
  });
  router.put("/api/customers/me/views/{product_id}", [&](const Request& request) {
    const auto product = product_of(request);
    catalog.require(product, request);
    if (!tastes.add_view(me(request), product, request.deadline)) throw account_gone();
    return Response::no_content();
  });
}

}  // namespace user::api
