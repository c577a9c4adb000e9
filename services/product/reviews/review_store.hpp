#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/db/page.hpp"
#include "services/product/reviews/review.hpp"

#include <functional>
#include <optional>
#include <string>

namespace product {

enum class ReviewFilter { Published, Hidden, All };

/// Reviews in the database. A trigger keeps each product's rating (006_reviews.sql). Thread-safe. Throws
/// kit::db::Unavailable.
class ReviewStore final {
 public:
  /// Called with the locked review before it changes; throws when it must not.
  using Check = std::function<void(const Review&)>;

  explicit ReviewStore(kit::db::Database& database) : database_(database) {}

  /// Newest first, with ids below `before`. Throws ProductNotFound when the product is not on sale.
  kit::db::Page<Review> page(contracts::ProductId product, ReviewFilter filter,
                             std::optional<std::int64_t> before, int limit, kit::Deadline deadline) const;
  /// Hidden reviews too; nullopt when the product has no such review.
  std::optional<Review> find(ReviewKey key, kit::Deadline deadline) const;
  /// Writes the event review.added too. Throws ProductNotFound when the product is not on sale or the author
  /// is erased, AlreadyReviewed.
  Review add(contracts::ProductId product, kit::UserId author, const NewReview& review,
             const std::string& traceparent, kit::Deadline deadline) const;

  /// These throw ReviewNotFound, and return the changed review.
  Review change(ReviewKey key, const ReviewChange& change, const Check& check, kit::Deadline deadline) const;
  Review set_status(ReviewKey key, const StatusChange& change, kit::UserId by, const Check& check,
                    kit::Deadline deadline) const;
  void remove(ReviewKey key, const Check& check, kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
};

}  // namespace product
