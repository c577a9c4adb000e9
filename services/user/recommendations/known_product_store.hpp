#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/event.hpp"
#include "services/user/recommendations/product.hpp"

#include <set>
#include <vector>

namespace user::store {

/// What was heard of the product service's products. Thread-safe.
class KnownProducts {
 public:
  explicit KnownProducts(kit::db::Database& database) : database_(database) {}

  struct Found {
    Products products;
    std::set<kit::ProductId> fresh;  ///< of these no need to ask
    std::string now;                 ///< the database's clock, for `learn`
  };
  Found find(const std::vector<kit::ProductId>& ids, kit::Deadline deadline);

  /// What the product service answered to a question about `asked`, put at `since`: what it left out is not
  /// (any more) to be had. What events said later stands.
  void learn(const std::vector<kit::ProductId>& asked, const Products& answer, const std::string& since,
             kit::Deadline deadline);

  /// product.changed; one that was overtaken by a later one changes nothing.
  static void tell(kit::db::Transaction& tx, kit::ProductId id, const Product& product,
                   const std::string& time);
  /// An order's lines: only where nothing is known.
  static void mention(kit::db::Transaction& tx, const Products& products);

 private:
  kit::db::Database& database_;
};

/// "{1,2,3}": a parameter that is cast to bigint[].
std::string array_of(const std::vector<kit::ProductId>& ids);

}  // namespace user::store
