#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/http/message/message.hpp"
#include "services/kit/ids.hpp"

#include <optional>
#include <string>

namespace user::store {

enum class Erased { Yes, Unknown, PasswordChanged, LastAdmin };

/// Everything of the person goes, and the other services hear of it (user.erased); tokens are void. The row
/// itself goes, too: its id is drawn from a sequence and does not come again. What stays are counts of what
/// is sold together, of nobody in particular. With `password_hash`: only while that is the account's.
Erased erase(kit::db::Database& database, kit::UserId id, const std::optional<std::string>& password_hash,
             const kit::http::Request& request);

}  // namespace user::store
