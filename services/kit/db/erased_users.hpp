#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/identity/user_id.hpp"

// Users whose personal data was erased: a service's table erased_users (user_id, erased_at). A user stays in
// it, so that events that come late write nothing about them.
namespace kit::db {

/// Whether the user is erased. To be called before anything is written about the user in the transaction: an
/// erasure waits until that ends.
bool is_erased(Transaction& tx, UserId user);

/// Records the erasure, after waiting for transactions that write about the user. What the service knows
/// about the user is to be deleted after it in the same transaction.
void mark_erased(Transaction& tx, UserId user);

}  // namespace kit::db
