#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/identity/user_id.hpp"
#include "services/notification/mail/address.hpp"

namespace notification {

/// Erases the user's name, address and mail contents for good; mails that were not handed over to the mail
/// server are cancelled. Later events about the user add nothing.
void erase_recipient(kit::db::Transaction& tx, kit::UserId user);

/// Readdresses unsent mails about orders. Mails about the account keep the address that they were meant for.
void change_recipient(kit::db::Transaction& tx, kit::UserId user, const Address& to);

}  // namespace notification
