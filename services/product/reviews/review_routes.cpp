#include "services/product/reviews/review_routes.hpp"

#include "services/kit/http/message/etag.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/product/idempotency/answers.hpp"
#include "services/product/reviews/review_store.hpp"

namespace product::api {
namespace {

using kit::db::Transaction;
using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;

bool staff_asks(const Request& request) { return request.principal && request.principal->staff(); }

bool author_asks(const Request& request, const Review& review) {
  return request.principal && request.principal->user == review.author;
}

/// No author: reviews are public, people are not. To himself and to staff more is told.
Ordered render(const Review& review, const Request& request) {
  const bool own = author_asks(request, review);
  Ordered out{{"id", review.id}, {"rating", review.rating}};
  if (review.title) out["title"] = *review.title;
  out["text"] = review.text;
  out["verified_purchase"] = review.verified;
  out["created_at"] = review.created_at;
  out["updated_at"] = review.updated_at;
  if (request.principal) out["own"] = own;
  if (own || staff_asks(request)) {
    out["status"] = review.published ? "published" : "hidden";
    if (review.status_reason) out["status_reason"] = *review.status_reason;
  }
  if (staff_asks(request)) out["user_id"] = review.author.value;
  return out;
}

std::string etag_of(const Review& review) {
  return kit::http::etag_of(std::to_string(review.id) + "." + std::to_string(review.version));
}

Response answer_of(const Review& review, const Request& request, int status = 200) {
  auto response = Response::ordered(render(review, request), status);
  response.headers.set("ETag", etag_of(review));
  return response;
}

kit::Problem no_product() { return kit::problem::not_found("Product not found"); }
kit::Problem no_review() { return kit::problem::not_found("Review not found"); }

std::string place_of(kit::ProductId product, std::int64_t review) {
  return "/api/products/" + std::to_string(product.value) + "/reviews/" + std::to_string(review);
}

ShownReviews shown_of(const Request& request) {
  const auto status = request.query_value("status");
  if (!status || *status == "published") return ShownReviews::Published;
  if (*status != "hidden" && *status != "all")
    throw kit::http::bad_query("?status", "must be published, hidden or all");
  if (!staff_asks(request)) {
    who_asks(request);
    throw kit::problem::forbidden("What is hidden only staff may list.");
  }
  return *status == "hidden" ? ShownReviews::Hidden : ShownReviews::All;
}

struct Routes {
  kit::db::Database& database;
  kit::Metrics& metrics;

  prometheus::Counter& counter(const char* action) const {
    return metrics.counter("reviews_total", "What was done to reviews.", {{"action", action}});
  }
  void count(const char* action) const { counter(action).Increment(); }

  Response list(const Request& request) const {
    const kit::ProductId product{request.id()};
    const auto query = kit::http::PageQuery::of(request);
    const auto shown = shown_of(request);
    const auto page = database.read<std::optional<ReviewPage>>(
        "reviews_page", request.deadline,
        [&](Transaction& tx) { return reviews_of(tx, product, shown, query.after, query.limit); });
    if (!page) throw no_product();
    auto body = Ordered::array();
    for (const auto& review : page->reviews) body.push_back(render(review, request));
    auto response = Response::ordered(body);
    std::vector<std::pair<std::string, std::string>> filters;
    if (const auto status = request.query_value("status")) filters.emplace_back("status", *status);
    if (page->next) kit::http::link_next(response, request, query, *page->next, filters);
    return response;
  }

  Response one(const Request& request) const {
    const kit::ProductId product{request.id()};
    const auto id = request.id("review_id");
    const auto review = database.read<std::optional<Review>>(
        "review_find", request.deadline,
        [&](Transaction& tx) { return find_review(tx, product, id, false); });
    if (!review) throw no_review();
    const bool may_see = review->published || staff_asks(request) || author_asks(request, *review);
    if (!may_see) throw no_review();
    return answer_of(*review, request);
  }

  Response add(const Request& request) const {
    const kit::ProductId product{request.id()};
    const auto author = who_asks(request).user;
    const auto wanted = read_review(request.json());
    try {
      const auto added =
          database.transact<std::optional<Review>>("review_add", request.deadline, [&](Transaction& tx) {
            return add_review(tx, product, author, wanted, request.trace.traceparent());
          });
      if (!added) throw no_product();
      count("added");
      auto response = answer_of(*added, request, 201);
      response.headers.set("Location", place_of(product, added->id));
      return response;
    } catch (const ReviewedBefore& before) {
      throw kit::problem::conflict("Reviewed before", "A customer has one review of a product; change that.")
          .with("review_id", before.id)
          .header("Location", place_of(product, before.id));
    }
  }

  /// Does `work` on the review, locked, once it is clear that whoever asks may: the author, or staff where it
  /// may, too.
  template <class F>
  Review edit(const Request& request, const char* name, bool staff_may, F&& work) const {
    const kit::ProductId product{request.id()};
    const auto id = request.id("review_id");
    const auto& asker = who_asks(request);
    return database.transact<Review>(name, request.deadline, [&](Transaction& tx) {
      auto review = find_review(tx, product, id, true);
      const bool own = review && review->author == asker.user;
      if (!review || (!review->published && !own && !asker.staff())) throw no_review();
      if (!own && !(staff_may && asker.staff()))
        throw kit::problem::forbidden("This review is somebody else's.");
      kit::http::require_match(request, etag_of(*review));
      return work(tx, product, *review);
    });
  }

  Response change(const Request& request) const {
    const auto wanted = read_review_change(request.json());
    const auto review = edit(request, "review_change", false,
                             [&](Transaction& tx, kit::ProductId product, const Review& found) {
                               return change_review(tx, product, found.id, wanted);
                             });
    count("changed");
    return answer_of(review, request);
  }

  Response remove(const Request& request) const {
    edit(request, "review_delete", true, [&](Transaction& tx, kit::ProductId, const Review& found) {
      // Else whoever wrote it would write it again.
      if (!found.published && !staff_asks(request))
        throw kit::problem::conflict("Review hidden",
                                     "Staff have hidden this review; its author can change what it says.");
      delete_review(tx, found.id);
      return found;
    });
    count("deleted");
    return Response::no_content();
  }

  Response moderate(const Request& request) const {
    const auto wanted = read_status_change(request.json());
    const auto by = who_asks(request).user;
    const auto review = edit(request, "review_status", true,
                             [&](Transaction& tx, kit::ProductId product, const Review& found) {
                               return set_review_status(tx, product, found.id, wanted, by);
                             });
    count(wanted.published ? "published" : "hidden");
    return answer_of(review, request);
  }
};

}  // namespace

void add_review_routes(kit::http::Router& router, kit::db::Database& database, kit::Metrics& metrics) {
  const Routes routes{database, metrics};
  for (const auto* action : {"added", "changed", "deleted", "published", "hidden"}) routes.counter(action);
  const std::string base = "/api/products/{id}/reviews";
  router.get(base, [routes](const Request& request) { return routes.list(request); });
  router.post(base, [routes](const Request& request) { return routes.add(request); });
  router.get(base + "/{review_id}", [routes](const Request& request) { return routes.one(request); });
  router.patch(base + "/{review_id}", [routes](const Request& request) { return routes.change(request); });
  router.del(base + "/{review_id}", [routes](const Request& request) { return routes.remove(request); });
  router.put(base + "/{review_id}/status",
             [routes](const Request& request) { return routes.moderate(request); });
}

}  // namespace product::api
