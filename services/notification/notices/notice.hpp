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

/// What an event asks us to tell somebody.
struct Notice {
  std::string kind;  ///< the event's type (kinds.hpp)
  Address to;
  nlohmann::json data;  ///< of the event, without the person: what the mail is made of when it is sent
  std::optional<std::int64_t> user = {};
  std::optional<std::chrono::sys_seconds> expires = {};  ///< after that the mail is of no use
};

/// The types of event that lead to a mail.
std::vector<std::string> noticed_types();

/// Nothing for an event that leads to no mail. Throws std::invalid_argument when it lacks what its mail must
/// say: it is then for the dead-letter queue.
std::optional<Notice> notice_of(const kit::messaging::Event& event);

/// True when the mail holds a token, which must not outlive its sending.
bool secret(const nlohmann::json& data);
/// The data without its token.
nlohmann::json without_secret(nlohmann::json data);

/// The mail, with links below `public_url` where that is not empty. Throws std::invalid_argument as
/// `notice_of` does.
Mail compose(const Notice& notice, const std::string& public_url);

}  // namespace notification
