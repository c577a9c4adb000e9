#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/identity/user_id.hpp"

#include <functional>
#include <optional>
#include <string>

namespace user {

struct Avatar {
  std::string content_type;
  std::string etag;
  std::string bytes;
};

/// Users' pictures. Thread-safe.
class AvatarStore {
 public:
  explicit AvatarStore(kit::db::Database& database) : database_(database) {}

  std::optional<Avatar> find(kit::UserId user, kit::Deadline deadline) const;
  /// Throws when the avatar with this etag ("" for none) must not be changed; called with the user's row
  /// locked.
  using Check = std::function<void(const std::string& etag)>;
  /// True when there was none before. Throws AccountGone.
  bool put(kit::UserId user, const Avatar& avatar, const Check& check, kit::Deadline deadline);
  void remove(kit::UserId user, const Check& check, kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace user
