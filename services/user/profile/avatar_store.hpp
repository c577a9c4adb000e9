#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/ids.hpp"

#include <optional>
#include <string>

namespace user::store {

struct Avatar {
  std::string content_type;
  std::string etag;
  std::string bytes;
};

/// People's pictures. Thread-safe.
class Avatars {
 public:
  explicit Avatars(kit::db::Database& database) : database_(database) {}

  std::optional<Avatar> find(kit::UserId user, kit::Deadline deadline);
  /// `check` is given the etag of what is there ("" for none), which nobody else changes meanwhile; what it
  /// throws passes, and nothing is changed.
  using Check = std::function<void(const std::string& etag)>;
  enum class Put { Created, Replaced, NobodyThere };
  Put put(kit::UserId user, const Avatar& avatar, const Check& check, kit::Deadline deadline);
  void remove(kit::UserId user, const Check& check, kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace user::store
