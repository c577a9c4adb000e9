#pragma once
#include "services/kit/messaging/event.hpp"
#include "services/notification/mail/mail.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace notification {

/// The mail that an event asks for, before it is composed.
struct Notice {
  std::string kind;  ///< the event's type (kinds.hpp)
  Address to;
  nlohmann::json data;  ///< the event's, without the recipient: the mail is composed of it when it is sent
  std::optional<std::int64_t> user = {};
  std::optional<std::chrono::sys_seconds> expires = {};  ///< the token in it
};

/// The types of event that lead to a mail.
std::vector<std::string> mailed_types();

/// Returns nullopt for an event that asks for no mail. Throws std::invalid_argument when it lacks required
/// data: it is then dead-lettered.
std::optional<Notice> notice_of(const kit::messaging::Event& event);

/// True when the data holds a token, which must not be kept after sending.
bool secret(const nlohmann::json& data);
/// The data without its token.
nlohmann::json without_secret(nlohmann::json data);

/// The mail, with links below `public_url` where that is not empty. Throws std::invalid_argument as
/// `notice_of` does.
Mail compose(const Notice& notice, const std::string& public_url);

}  // namespace notification
