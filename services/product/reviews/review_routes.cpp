#include "services/product/reviews/review_routes.hpp"

#include "services/kit/http/message/etag.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/product/catalog/product.hpp"

namespace product {
namespace {

bool is_staff(const Request& request) { return request.principal && request.principal->staff(); }

/// Only the author and staff see the status, only staff the author.
Ordered render(const Review& review, const Request& request) {
  const bool own = request.principal && request.principal->user == review.author;
  Ordered out{{"id", review.id}, {"rating", review.rating}};
  if (review.title) out["title"] = *review.title;
  out["text"] = review.text;
  out["verified_purchase"] = review.verified;
  out["created_at"] = review.created_at;
  out["updated_at"] = review.updated_at;
  if (request.principal) out["own"] = own;
  if (own || is_staff(request)) {
    out["status"] = review.published ? "published" : "hidden";
    if (review.status_reason) out["status_reason"] = *review.status_reason;
  }
  if (is_staff(request)) out["user_id"] = review.author.value;
  return out;
}

std::string etag_of(const Review& review) {
  return kit::http::etag_of(std::to_string(review.id) + "." + std::to_string(review.version));
}

Response response_of(const Review& review, const Request& request, int status = 200) {
  auto response = Response::ordered(render(review, request), status);
  response.headers.set("ETag", etag_of(review));
  return response;
}

ReviewKey read_key(const Request& request) {
  const contracts::ProductId product{request.id()};
  return {product, request.id("review_id")};
}

ReviewFilter read_filter(const Request& request) {
  const auto status = request.query_value("status");
  if (!status || *status == "published") return ReviewFilter::Published;
  if (*status != "hidden" && *status != "all")
    throw kit::http::bad_query("?status", "must be published, hidden or all");
  if (!request.require_principal().staff())
    throw kit::problem::forbidden("What is hidden only staff may list.");
  return *status == "hidden" ? ReviewFilter::Hidden : ReviewFilter::All;
}

}  // namespace

std::string review_path(ReviewKey key) {
  return "/api/products/" + std::to_string(key.product.value) + "/reviews/" + std::to_string(key.review);
}

ReviewRoutes::ReviewRoutes(const ReviewStore& reviews, kit::Metrics& metrics)
    : reviews_(reviews), metrics_(metrics) {
  for (const auto* action : {"added", "changed", "deleted", "published", "hidden"}) count(action, 0);
}

void ReviewRoutes::count(const char* action, int changes) const {
  metrics_.counter("reviews_total", "Changes of reviews, by action.", {{"action", action}})
      .Increment(changes);
}

void ReviewRoutes::add_to(Router& router) const {
  const std::string all = "/api/products/{id}/reviews", one = all + "/{review_id}";
  router.get(all, handler_of(*this, &ReviewRoutes::list));
  router.post(all, handler_of(*this, &ReviewRoutes::add));
  router.get(one, handler_of(*this, &ReviewRoutes::show));
  router.patch(one, handler_of(*this, &ReviewRoutes::change));
  router.del(one, handler_of(*this, &ReviewRoutes::remove));
  router.put(one + "/status", handler_of(*this, &ReviewRoutes::set_status));
}

Response ReviewRoutes::list(const Request& request) const {
  const contracts::ProductId product{request.id()};
  const auto query = kit::http::PageQuery::of(request);
  const auto page = reviews_.page(product, read_filter(request), query.after, query.limit, request.deadline);
  auto body = Ordered::array();
  for (const auto& review : page.items) body.push_back(render(review, request));
  auto response = Response::ordered(body);
  std::vector<std::pair<std::string, std::string>> filters;
  if (const auto status = request.query_value("status")) filters.emplace_back("status", *status);
  if (page.next) kit::http::link_next(response, request, query, *page.next, filters);
  return response;
}

Response ReviewRoutes::show(const Request& request) const {
  const auto review = reviews_.find(read_key(request), request.deadline);
  if (!review || !visible_to(*review, request.principal)) throw ReviewNotFound();
  return response_of(*review, request);
}

Response ReviewRoutes::add(const Request& request) const {
  const contracts::ProductId product{request.id()};
  const auto author = request.require_principal().user;
  const auto review = read_review(request.json());
  const auto added = reviews_.add(product, author, review, request.trace.traceparent(), request.deadline);
  count("added");
  auto response = response_of(added, request, 201);
  response.headers.set("Location", review_path({product, added.id}));
  return response;
}

Response ReviewRoutes::change(const Request& request) const {
  const auto change = read_review_change(request.json());
  const auto& actor = request.require_principal();
  const auto check = [&](const Review& review) {
    check_author(review, actor);
    kit::http::require_match(request, etag_of(review));
  };
  const auto review = reviews_.change(read_key(request), change, check, request.deadline);
  count("changed");
  return response_of(review, request);
}

Response ReviewRoutes::remove(const Request& request) const {
  const auto& actor = request.require_principal();
  const auto check = [&](const Review& review) {
    check_author_or_staff(review, actor);
    kit::http::require_match(request, etag_of(review));
    check_deletable(review, actor);
  };
  reviews_.remove(read_key(request), check, request.deadline);
  count("deleted");
  return Response::no_content();
}

Response ReviewRoutes::set_status(const Request& request) const {
  const auto change = read_status_change(request.json());
  const auto& actor = request.require_principal();
  const auto check = [&](const Review& review) {
    check_author_or_staff(review, actor);
    kit::http::require_match(request, etag_of(review));
  };
  const auto review = reviews_.set_status(read_key(request), change, actor.user, check, request.deadline);
  count(change.published ? "published" : "hidden");
  return response_of(review, request);
}

}  // namespace product
