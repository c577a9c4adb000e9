#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/reviews/review.hpp"

#include <optional>
#include <string>
#include <vector>

// Reviews, in the caller's transaction. What they do to a product's rating a trigger does (006_reviews.sql).
namespace product {

enum class ShownReviews { Published, Hidden, All };

struct ReviewPage {
  std::vector<Review> reviews;       ///< newest first
  std::optional<std::int64_t> next;  ///< the id before which the next page begins; nothing on the last one
};
/// Nothing when the product is not on sale.
std::optional<ReviewPage> reviews_of(kit::db::Transaction& tx, kit::ProductId product, ShownReviews shown,
                                     std::optional<std::int64_t> before, int limit);

/// The review, whatever its status; nothing when the product has none such. `lock`: until the end of the
/// transaction.
std::optional<Review> find_review(kit::db::Transaction& tx, kit::ProductId product, std::int64_t review,
                                  bool lock);

/// Writes it and tells review.added. Nothing when the product is not on sale, or the person is erased. Throws
/// ReviewedBefore.
std::optional<Review> add_review(kit::db::Transaction& tx, kit::ProductId product, kit::UserId author,
                                 const NewReview& review, const std::string& traceparent);

/// These change a review that find_review has locked, and return it as it is now.
Review change_review(kit::db::Transaction& tx, kit::ProductId product, std::int64_t review,
                     const ReviewChange& change);
Review set_review_status(kit::db::Transaction& tx, kit::ProductId product, std::int64_t review,
                         const StatusChange& change, kit::UserId by);
void delete_review(kit::db::Transaction& tx, std::int64_t review);

}  // namespace product
