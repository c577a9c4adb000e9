#include "services/notification/events/event_effects.hpp"

#include "services/contracts/events/user.hpp"
#include "services/notification/store/notification_store.hpp"
#include "services/notification/store/recipient_store.hpp"

namespace notification {

bool apply_event(kit::db::Transaction& tx, const kit::messaging::Event& event, bool send) {
  if (event.type == "user.erased") {
    erase_recipient(tx, user_of(contracts::read<contracts::UserEvent>(event.data)));
    return false;
  }
  if (event.type == "user.changed") {
    const auto user = contracts::read<contracts::UserEvent>(event.data);
    const Address to{user.name.value_or(""), user.email.value_or("")};
    if (!user.name || !valid_email(to.email)) throw kit::messaging::Unreadable("no name or no address");
    change_recipient(tx, user_of(user), to);
    return false;
  }
  const auto notice = notice_of(event);
  return notice && NotificationStore::add(tx, event, *notice, send) && send;
}

}  // namespace notification
