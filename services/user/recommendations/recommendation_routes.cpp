#include "services/kit/http/message/page.hpp"
#include "services/user/privacy/people_routes.hpp"

namespace user::api {
namespace {

using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;

constexpr int DEFAULT = 10;
constexpr int MAX = 50;
/// Ranked, before those that are not on sale any more are left out; as many as can be asked for at once.
constexpr int RANKED = 100;

int read_limit(const Request& request) {
  if (!request.query_value("limit")) return DEFAULT;
  const auto limit = kit::http::PageQuery::of(request).limit;
  if (limit > MAX)
    throw kit::http::bad_query("?limit", "must be a whole number from 1 to " + std::to_string(MAX));
  return limit;
}

Ordered render(const Recommendation& one, const Product& product, const Products& known) {
  Ordered row{{"product_id", one.product.value}};
  describe(row, product);
  row.erase("retired");
  Ordered because{{"reason", to_string(one.reason)}};
  if (one.reason != Because::BestSeller) {
    because["product_id"] = one.because.value;
    if (const auto seed = known.find(one.because); seed != known.end()) because["name"] = seed->second.name;
  }
  row["because"] = std::move(because);
  return row;
}

Response list(store::Purchases& purchases, Catalog& catalog, const Request& request) {
  const auto limit = static_cast<std::size_t>(read_limit(request));
  const auto ranked = recommend(purchases.knowledge(me(request), RANKED, request.deadline), RANKED);
  std::set<kit::ProductId> ids;
  for (const auto& one : ranked) ids.insert({one.product, one.because});
  const auto answer = catalog.find({ids.begin(), ids.end()}, request);
  auto body = Ordered::array();
  for (const auto& one : ranked) {
    if (body.size() == limit) break;
    const auto found = answer.products.find(one.product);
    if (found == answer.products.end() || found->second.retired) continue;
    body.push_back(render(one, found->second, answer.products));
  }
  return Response::ordered(body);
}

}  // namespace

void add_recommendations(kit::http::Router& router, store::Purchases& purchases, Catalog& catalog) {
  router.get("/api/customers/me/recommendations",
             [&](const Request& request) { return list(purchases, catalog, request); });
}

}  // namespace user::api
