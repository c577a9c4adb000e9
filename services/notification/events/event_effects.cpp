#include "services/notification/events/event_effects.hpp"

#include "services/kit/messaging/consumer.hpp"
#include "services/notification/store/notification_store.hpp"
#include "services/notification/store/recipient_store.hpp"

namespace notification {
namespace {

using kit::messaging::Event;
using kit::messaging::Unreadable;

constexpr std::string_view ERASED = "user.erased";
constexpr std::string_view CHANGED = "user.changed";

std::int64_t user_of(const Event& event) {
  const auto id = event.data.at("user_id").get<std::int64_t>();
  if (id < 1) throw std::invalid_argument("user_id must be positive");
  return id;
}

}  // namespace

std::vector<std::string> consumed_events() {
  auto types = mailed_types();
  types.emplace_back(ERASED);
  types.emplace_back(CHANGED);
  return types;
}

bool apply_event(kit::db::Transaction& tx, const Event& event, bool send) try {
  if (event.type == ERASED) {
    erase_recipient(tx, user_of(event));
    return false;
  }
  if (event.type == CHANGED) {
    const Address to{event.data.at("name").get<std::string>(), event.data.at("email").get<std::string>()};
    if (!valid_email(to.email)) throw std::invalid_argument("email is no address");
    change_recipient(tx, user_of(event), to);
    return false;
  }
  const auto notice = notice_of(event);
  return notice && NotificationStore::add(tx, event, *notice, send) && send;
} catch (const std::invalid_argument& e) {
  throw Unreadable(e.what());
} catch (const nlohmann::json::exception& e) {
  throw Unreadable(event.type + ": " + e.what());
}

}  // namespace notification
