#include "services/product/reviews/review.hpp"

#include "services/kit/json/reader.hpp"

namespace product {
namespace {

using kit::identity::Principal;

constexpr kit::json::Range RATING{1, 5};
constexpr kit::json::Length TITLE{1, 200};
constexpr kit::json::Length TEXT{0, 5000};
constexpr kit::json::Length REASON{1, 500};

}  // namespace

NewReview read_review(const nlohmann::json& body) {
  kit::json::Reader reader(body);
  NewReview out;
  out.rating = static_cast<int>(reader.integer("rating", RATING));
  out.title = reader.optional_string("title", TITLE);
  out.text = reader.optional_string("text", TEXT).value_or("");
  reader.finish();
  return out;
}

ReviewChange read_review_change(const nlohmann::json& body) {
  kit::json::Reader reader(body);
  ReviewChange out;
  if (const auto rating = reader.optional_integer("rating", RATING)) out.rating = static_cast<int>(*rating);
  out.title = reader.optional_string("title", TITLE);
  out.remove_title = reader.has("title") && !out.title;
  out.text = reader.optional_string("text", TEXT);
  if (!reader.has("rating") && !reader.has("title") && !reader.has("text"))
    reader.error("rating", "or title or text is required");
  for (const auto* field : {"rating", "text"})
    if (reader.has(field) && body.at(field).is_null()) reader.error(field, "cannot be taken away");
  reader.finish();
  return out;
}

StatusChange read_status_change(const nlohmann::json& body) {
  kit::json::Reader reader(body);
  StatusChange out;
  const auto status = reader.string("status", {1, 20});
  out.published = status == "published";
  if (reader.ok() && !out.published && status != "hidden")
    reader.error("status", "must be published or hidden");
  out.reason = reader.optional_string("reason", REASON);
  if (reader.ok() && !out.published && !out.reason) reader.error("reason", "is required to hide a review");
  reader.finish();
  return out;
}

bool visible_to(const Review& review, const std::optional<Principal>& viewer) {
  return review.published || (viewer && viewer->may_act_for(review.author));
}

void check_author(const Review& review, const Principal& actor) {
  check_author_or_staff(review, actor);
  if (review.author != actor.user) throw NotReviewAuthor();
}

void check_author_or_staff(const Review& review, const Principal& actor) {
  if (!visible_to(review, actor)) throw ReviewNotFound();
  if (!actor.may_act_for(review.author)) throw NotReviewAuthor();
}

void check_deletable(const Review& review, const Principal& actor) {
  if (!review.published && !actor.staff()) throw ReviewIsHidden();
}

}  // namespace product
