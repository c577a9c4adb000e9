#pragma once
#include "services/kit/db/database.hpp"
#include "services/notification/mail/address.hpp"

#include <cstdint>
#include <optional>

namespace notification {

/// Erases the user's name, address and mail contents for good; mails that were not handed over to the mail
/// server are cancelled. Later events about the user add nothing.
void erase_recipient(kit::db::Transaction& tx, std::int64_t user);

/// Readdresses unsent mails about orders. Mails about the account keep the address that they were meant for.
void change_recipient(kit::db::Transaction& tx, std::int64_t user, const Address& to);

/// For a transaction that writes mails to the user: waits for a concurrent erasure. False without a user.
bool is_erased(kit::db::Transaction& tx, std::optional<std::int64_t> user);

}  // namespace notification
