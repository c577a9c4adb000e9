#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/identity/revocations.hpp"

#include <string>

namespace user::store {

/// All access tokens that the user has now are void, in the transaction of what makes them so. Take it after
/// the user's row is locked: tokens are signed under a share of that lock.
void revoke_tokens_of(kit::db::Transaction& tx, kit::UserId user);

/// What was revoked in the time that matters (kit::identity::Revocations::KEEP), or since the list of which
/// `since` is the `next`; some of it again, because what was written earlier may be seen later.
kit::identity::RevocationList list_revocations(kit::db::Database& database, const std::string& since,
                                               kit::Deadline deadline);

}  // namespace user::store
