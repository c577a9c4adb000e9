#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/ids.hpp"

#include <string>

#include <nlohmann/json.hpp>

namespace user {

/// Writes an event about the user, in the transaction of the change. Adds "user_id" to `data`.
void write_event(kit::db::Transaction& tx, const std::string& type, kit::UserId user, nlohmann::json data,
                 const std::string& traceparent);

}  // namespace user
