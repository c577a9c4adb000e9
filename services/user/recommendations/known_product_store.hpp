#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/kit/db/database.hpp"
#include "services/kit/money/money.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace user {

/// A row of this service's read model of products.
struct KnownProduct {
  std::string name;
  std::optional<kit::Money> price;
  bool retired = false;
};

using KnownProducts = std::map<contracts::ProductId, KnownProduct>;

/// Adds name, price, currency and retired to a row of an answer.
void describe(nlohmann::ordered_json& row, const KnownProduct& product);

/// The read model of the product service's products. Thread-safe.
class KnownProductStore {
 public:
  explicit KnownProductStore(kit::db::Database& database) : database_(database) {}

  struct Found {
    KnownProducts products;
    std::set<contracts::ProductId> fresh;  ///< need no request to the product service
    std::string now;                       ///< the database's clock, for `update`
  };
  Found find(const std::vector<contracts::ProductId>& ids, kit::Deadline deadline) const;

  /// Stores the product service's answer to a request for `requested`, sent at `since`. Products that it left
  /// out are not on sale any more. Later events take precedence.
  void update(const std::vector<contracts::ProductId>& requested, const KnownProducts& answer,
              const std::string& since, kit::Deadline deadline);

  /// Stores a product.changed of that time, unless a later one was stored.
  static void apply_change(kit::db::Transaction& tx, contracts::ProductId id, const KnownProduct& product,
                           const std::string& time);
  /// Stores the products of an order's lines that are not known.
  static void add_missing(kit::db::Transaction& tx, const KnownProducts& products);

 private:
  kit::db::Database& database_;
};

/// "{1,2,3}": a parameter that is cast to bigint[].
std::string array_of(const std::vector<contracts::ProductId>& ids);

}  // namespace user
