#include "services/notification/store/recipient_store.hpp"

#include "services/kit/db/erased_users.hpp"

namespace notification {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

// A mail that was handed over is out: its sender still writes its result.
constexpr Statement ERASE{"erase_recipient", R"(
  update notifications
  set recipient_name = '', recipient_email = '', data = '{}', last_error = '', erased_at = now(),
      status = case when status = 'pending' or (status = 'sending' and handed_over_at is null) then 'cancelled'
                    else status end
  where user_id = $1 and erased_at is null)"};

// A mail that is just being sent goes to the new address with its next attempt.
constexpr Statement CHANGE{"change_recipient", R"(
  update notifications set recipient_name = $2, recipient_email = $3
  where user_id = $1 and status in ('pending', 'sending') and kind like 'order.%' and erased_at is null)"};

}  // namespace

void erase_recipient(Transaction& tx, kit::UserId user) {
  kit::db::mark_erased(tx, user);
  tx.exec(ERASE, user.value);
}

void change_recipient(Transaction& tx, kit::UserId user, const Address& to) {
  tx.exec(CHANGE, user.value, to.name, to.email);
}

}  // namespace notification
