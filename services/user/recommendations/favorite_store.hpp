#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/kit/db/database.hpp"
#include "services/kit/db/page.hpp"
#include "services/kit/identity/user_id.hpp"

#include <optional>
#include <string>

namespace user {

/// Products that users marked as favorites or viewed. Thread-safe; every call may be repeated.
class FavoriteStore {
 public:
  static constexpr int MAX_FAVORITES = 200;
  static constexpr int MAX_VIEWS = 100;  ///< of a user; the newest stay

  explicit FavoriteStore(kit::db::Database& database) : database_(database) {}

  struct Favorite {
    contracts::ProductId product;
    std::string added_at;  ///< RFC 3339 UTC
  };
  /// The newest first, those before `before`.
  kit::db::Page<Favorite> page(kit::UserId user, std::optional<std::int64_t> before, int limit,
                               kit::Deadline deadline) const;
  /// Throws TooManyFavorites, AccountGone.
  void add(kit::UserId user, contracts::ProductId product, kit::Deadline deadline);
  void remove(kit::UserId user, contracts::ProductId product, kit::Deadline deadline);
  /// Throws AccountGone.
  void add_view(kit::UserId user, contracts::ProductId product, kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace user
