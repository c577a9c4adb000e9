#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/events/event.hpp"
#include "services/notification/domain/address.hpp"

#include <cstdint>
#include <optional>

namespace notification::store {

/// What becomes of mails when their recipients change or leave. Thread-safe, and safe with several replicas.
class People {
 public:
  explicit People(kit::db::Database& database) : database_(database) {}

  /// Forgets the person for good: name, address and contents of all mails; what was not handed over to the
  /// mail server yet is cancelled. Nothing is written down for that person afterwards, however late an event
  /// comes.
  void erase(const kit::events::Event& event, std::int64_t user);
  /// Mails about orders that are still to be sent go to the new address. Mails about the account stay with
  /// the address that they were meant for: it is what they are about.
  void change(const kit::events::Event& event, std::int64_t user, const Address& to);

 private:
  kit::db::Database& database_;
};

/// For a transaction that writes mails of a person: waits for an erasure that is under way; false when the
/// person was erased.
bool may_be_told(kit::db::Transaction& tx, std::optional<std::int64_t> user);

}  // namespace notification::store
