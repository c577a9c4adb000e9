#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/identity/user_id.hpp"
#include "services/user/recommendations/recommend.hpp"

#include <set>
#include <string>

namespace user {

/// Products that users bought, and how often products were bought together, as events of orders report it.
/// Thread-safe.
class PurchaseStore {
 public:
  explicit PurchaseStore(kit::db::Database& database) : database_(database) {}

  /// Counts the order once, unless it was cancelled before or the user is gone. Of a large order the first
  /// MAX_PAIRED products by id are paired.
  static void confirm(kit::db::Transaction& tx, contracts::OrderId order, kit::UserId user,
                      const std::set<contracts::ProductId>& products, const std::string& time);
  /// The order does not count any more, also when its confirmation arrives later.
  static void cancel(kit::db::Transaction& tx, contracts::OrderId order);

  /// With up to `best_sellers` best sellers.
  RecommendationInput recommendation_input(kit::UserId user, int best_sellers, kit::Deadline deadline) const;

  static constexpr std::size_t MAX_PAIRED = 20;

 private:
  kit::db::Database& database_;
};

}  // namespace user
