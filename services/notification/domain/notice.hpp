#pragma once
#include "services/kit/events/event.hpp"
#include "services/notification/domain/mail.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace notification {

/// What an event asks us to tell somebody.
struct Notice {
  std::string kind;  ///< the template: the event's type
  Address to;
  nlohmann::json data;  ///< of the event; what the template is filled with when the mail is made
};

/// The types of event that lead to a mail.
const std::vector<std::string>& noticed_types();

/// Nothing for a type that leads to no mail. Throws std::invalid_argument when the event lacks what its mail
/// must say: it is then for the dead-letter queue.
std::optional<Notice> notice_of(const kit::events::Event& event);

/// The mail. Throws std::invalid_argument as `notice_of` does.
Mail compose(const Notice& notice);

}  // namespace notification
