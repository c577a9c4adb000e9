#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/ids.hpp"

#include <optional>
#include <string>
#include <vector>

namespace user::store {

/// What people like and looked at. Thread-safe; everything may be repeated.
class Tastes {
 public:
  static constexpr int MAX_FAVORITES = 200;
  static constexpr int KEPT_VIEWS = 100;

  explicit Tastes(kit::db::Database& database) : database_(database) {}

  struct Favorite {
    std::int64_t id;  ///< grows with time: the place in the list
    kit::ProductId product;
    std::string added_at;  ///< RFC 3339 UTC
  };
  /// The newest first, those before `before`.
  std::vector<Favorite> favorites(kit::UserId user, std::optional<std::int64_t> before, int limit,
                                  kit::Deadline deadline);
  enum class Added { Yes, Already, Full, NobodyThere };
  Added add_favorite(kit::UserId user, kit::ProductId product, kit::Deadline deadline);
  void remove_favorite(kit::UserId user, kit::ProductId product, kit::Deadline deadline);

  /// The last views are kept. False when the user is gone.
  bool add_view(kit::UserId user, kit::ProductId product, kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace user::store
