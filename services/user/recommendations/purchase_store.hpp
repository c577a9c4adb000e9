#pragma once
#include "services/kit/db/database.hpp"
#include "services/user/recommendations/recommend.hpp"

#include <set>
#include <string>

namespace user::store {

/// Who bought what, and what is bought together: kept up by the events of orders. Thread-safe.
class Purchases {
 public:
  explicit Purchases(kit::db::Database& database) : database_(database) {}

  /// Counts the order once, unless it was cancelled already or the person is gone. Of a large order the first
  /// PAIRED products by id pair up.
  static void confirm(kit::db::Transaction& tx, kit::OrderId order, kit::UserId user,
                      const std::set<kit::ProductId>& products, const std::string& time);
  /// The order does not count any more, also when its confirmation is yet to come.
  static void cancel(kit::db::Transaction& tx, kit::OrderId order);

  /// What a recommendation for the person goes by; up to `best` best sellers.
  Knowledge knowledge(kit::UserId user, int best, kit::Deadline deadline);

  static constexpr std::size_t PAIRED = 20;

 private:
  kit::db::Database& database_;
};

}  // namespace user::store
