#include "services/user/recommendations/recommendation_routes.hpp"

#include "services/kit/http/message/page.hpp"

#include <set>

namespace user {

using Ordered = nlohmann::ordered_json;

namespace {

constexpr int DEFAULT_LIMIT = 10;
constexpr int MAX_LIMIT = 50;
/// Ranked before products that are not on sale any more are left out; the catalog answers as many in one
/// request.
constexpr int RANKED = 100;

int read_limit(const Request& request) {
  if (!request.query_value("limit")) return DEFAULT_LIMIT;
  const auto limit = kit::http::PageQuery::of(request).limit;
  if (limit > MAX_LIMIT)
    throw kit::http::bad_query("?limit", "must be a whole number from 1 to " + std::to_string(MAX_LIMIT));
  return limit;
}

Ordered render(const Recommendation& one, const KnownProduct& product, const KnownProducts& known) {
  Ordered row{{"product_id", one.product.value}};
  describe(row, product);
  row.erase("retired");
  Ordered because{{"reason", to_string(one.reason)}};
  if (one.reason != Reason::BestSeller) {
    because["product_id"] = one.because.value;
    if (const auto seed = known.find(one.because); seed != known.end()) because["name"] = seed->second.name;
  }
  row["because"] = std::move(because);
  return row;
}

}  // namespace

void RecommendationRoutes::add_to(Router& router) const {
  router.get("/api/customers/me/recommendations", handler_of(*this, &RecommendationRoutes::list));
}

Response RecommendationRoutes::list(const Request& request) const {
  const auto limit = static_cast<std::size_t>(read_limit(request));
  const auto ranked =
      recommend(purchases_.recommendation_input(caller_id(request), RANKED, request.deadline), RANKED);
  std::set<contracts::ProductId> ids;
  for (const auto& one : ranked) ids.insert({one.product, one.because});
  const auto known = catalog_.find({ids.begin(), ids.end()}, ProductCatalog::Context::of(request)).products;
  auto body = Ordered::array();
  for (const auto& one : ranked) {
    if (body.size() == limit) break;
    const auto found = known.find(one.product);
    if (found != known.end() && !found->second.retired) body.push_back(render(one, found->second, known));
  }
  return Response::ordered(body);
}

}  // namespace user
