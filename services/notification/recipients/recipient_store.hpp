#pragma once
#include "services/kit/db/database.hpp"
#include "services/notification/mail/address.hpp"

#include <cstdint>
#include <optional>

namespace notification::store {

/// Forgets the person for good: name, address and contents of all mails; what was not handed over to the mail
/// server yet is cancelled. Nothing is written down for that person afterwards, however late an event comes.
void erase_person(kit::db::Transaction& tx, std::int64_t user);

/// Mails about orders that are still to be sent go to the new address. Mails about the account stay with the
/// address that they were meant for: it is what they are about.
void change_person(kit::db::Transaction& tx, std::int64_t user, const Address& to);

/// For a transaction that writes mails of a person: waits for an erasure that is under way; false when the
/// person was erased.
bool may_be_told(kit::db::Transaction& tx, std::optional<std::int64_t> user);

}  // namespace notification::store
