#include "services/user/store/user_events.hpp"

#include "services/kit/events/outbox.hpp"

namespace user::store {

void tell(kit::db::Transaction& tx, const std::string& type, kit::UserId user, nlohmann::json data,
          const std::string& traceparent) {
  data["user_id"] = user.value;
  kit::events::write_outbox(
      tx, kit::events::Event::make("/shopkeeper/user", type, "user/" + std::to_string(user.value),
                                   std::move(data), traceparent));
}

}  // namespace user::store
