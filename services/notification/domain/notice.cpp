#include "services/notification/domain/notice.hpp"

#include "services/notification/domain/order_confirmed.hpp"

#include <stdexcept>

namespace notification {

const std::vector<std::string>& noticed_types() {
  static const std::vector<std::string> types{"order.confirmed"};
  return types;
}

std::optional<Notice> notice_of(const kit::events::Event& event) {
  const auto& types = noticed_types();
  if (std::find(types.begin(), types.end(), event.type) == types.end()) return std::nullopt;
  try {
    const auto& user = event.data.at("user");
    Notice notice{
        event.type, {user.at("name").get<std::string>(), user.at("email").get<std::string>()}, event.data};
    if (!valid_email(notice.to.email)) throw std::invalid_argument(event.type + " has no e-mail address");
    compose(notice);  // so that what cannot be written is found out now
    return notice;
  } catch (const nlohmann::json::exception& e) {
    throw std::invalid_argument(event.type + " lacks what its mail says: " + e.what());
  }
}

Mail compose(const Notice& notice) {
  if (notice.kind == "order.confirmed") return order_confirmed(notice.to, notice.data);
  throw std::invalid_argument("no template for " + notice.kind);
}

}  // namespace notification
