#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/ids.hpp"

#include <string>

#include <nlohmann/json.hpp>

namespace user::store {

/// Writes an event about the user, in the transaction of what it tells of. `data` gets the "user_id".
void tell(kit::db::Transaction& tx, const std::string& type, kit::UserId user, nlohmann::json data,
          const std::string& traceparent);

}  // namespace user::store
