#pragma once
#include "services/kit/identity/user_id.hpp"
#include "services/kit/messaging/event.hpp"
#include "services/notification/mail/mail.hpp"

#include <chrono>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace notification {

/// The mail that an event asks for, before it is composed.
struct Notice {
  std::string kind;  ///< the event's type (kinds.hpp)
  Address to;
  nlohmann::json data;  ///< the event's, without the recipient: the mail is composed of it when it is sent
  std::optional<kit::UserId> user = {};
  std::optional<std::chrono::sys_seconds> expires = {};  ///< the token in it
};

/// Returns nullopt for an event that asks for no mail. Throws kit::messaging::Unreadable when it
/// lacks required data.
std::optional<Notice> notice_of(const kit::messaging::Event& event);

/// The mail, with links below `public_url` where that is not empty. Throws
/// kit::messaging::Unreadable as `notice_of` does.
Mail compose(const Notice& notice, const std::string& public_url);

}  // namespace notification
