#pragma once
#include "services/notification/content/facts.hpp"
#include "services/notification/mail/mail.hpp"

namespace notification {

/// The mail of this kind, in text and in escaped HTML. `public_url` is the base of links, without a slash at
/// its end; empty: no links.
Mail write_letter(const Kind& kind, const Address& to, const Facts& facts, const std::string& public_url);

/// The name for the greeting: empty when it is too long or looks like a link or an address. Anyone can
/// register a stranger's address with a message as the name, which our mail must not deliver.
std::string greetable(const std::string& name);

}  // namespace notification
