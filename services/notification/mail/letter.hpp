#pragma once
#include "services/notification/mail/mail.hpp"
#include "services/notification/notices/facts.hpp"
#include "services/notification/notices/kinds.hpp"

namespace notification {

/// The mail of this kind, in text and in HTML, everything in its place escaped. `public_url` is what links
/// are below, without a slash at its end; empty: no links.
Mail write_letter(const Kind& kind, const Address& to, const Facts& facts, const std::string& public_url);

/// The name as somebody may be greeted by it: empty for what is too long for a name, or could pass for a link
/// or an address. Anybody can enter a stranger's address with words of his own as the name; our mail is not
/// to carry his message.
std::string greetable(const std::string& name);

}  // namespace notification
