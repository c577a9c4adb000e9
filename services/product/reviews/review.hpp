#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/kit/identity/principal.hpp"
#include "services/kit/identity/user_id.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace product {

/// A customer's review of a product. Customers see the reviews, but not who wrote them.
struct Review {
  std::int64_t id = 0;
  kit::UserId author;
  int rating = 0;  ///< 1 to 5
  std::optional<std::string> title;
  std::string text;
  bool published = true;
  std::optional<std::string> status_reason;  ///< why it was hidden: for staff and the author
  bool verified = false;                     ///< the author bought the product and did not return it
  std::int64_t version = 1;
  std::string created_at;  ///< RFC 3339
  std::string updated_at;
};

struct ReviewKey {
  contracts::ProductId product;
  std::int64_t review = 0;
};

struct NewReview {
  int rating = 0;
  std::optional<std::string> title;
  std::string text;
};

/// Absent fields stay as they are; a title of null removes the title.
struct ReviewChange {
  std::optional<int> rating;
  std::optional<std::string> title;
  bool remove_title = false;
  std::optional<std::string> text;
};

struct StatusChange {
  bool published = true;
  std::optional<std::string> reason;  ///< required to hide
};

/// These throw Problem 422 that names every wrong field.
NewReview read_review(const nlohmann::json& body);
ReviewChange read_review_change(const nlohmann::json& body);
StatusChange read_status_change(const nlohmann::json& body);

struct ReviewNotFound final : std::exception {};
struct NotReviewAuthor final : std::exception {};
/// Staff hid the review: its author may change but not delete it.
struct ReviewIsHidden final : std::exception {};
/// A customer has at most one review of a product.
struct AlreadyReviewed final : std::exception {
  explicit AlreadyReviewed(ReviewKey existing) : existing(existing) {}
  ReviewKey existing;
};

/// Hidden reviews are visible to their author and to staff.
bool visible_to(const Review& review, const std::optional<kit::identity::Principal>& viewer);
/// Throws ReviewNotFound for a review that the actor cannot see, NotReviewAuthor for another customer's.
void check_author(const Review& review, const kit::identity::Principal& actor);
void check_author_or_staff(const Review& review, const kit::identity::Principal& actor);
/// Throws ReviewIsHidden: deleting it would let its author post it again.
void check_deletable(const Review& review, const kit::identity::Principal& actor);

}  // namespace product
