#include "services/user/users/user_events.hpp"

#include "services/kit/messaging/outbox.hpp"

namespace user {

void write_event(kit::db::Transaction& tx, const std::string& type, kit::UserId user, nlohmann::json data,
                 const std::string& traceparent) {
  data["user_id"] = user.value;
  kit::messaging::write_outbox(
      tx, kit::messaging::Event::make("/shopkeeper/user", type, "user/" + std::to_string(user.value),
                                      std::move(data), traceparent));
}

}  // namespace user
