#pragma once
#include "services/contracts/events/payload.hpp"
#include "services/kit/identity/user_id.hpp"

namespace contracts {

/// Any user.* event; the README says which type has which fields.
struct UserEvent {
  std::optional<kit::UserId> user = {};
  std::optional<std::string> name = {};
  std::optional<std::string> email = {};
  std::optional<std::string> kind = {};  ///< "account" or "guest"
  std::optional<std::string> token = {};
  std::optional<std::string> expires_at = {};  ///< RFC 3339, of the token

  static void fields(auto& self, auto visit) {
    visit("user_id", self.user);
    visit("name", self.name);
    visit("email", self.email);
    visit("kind", self.kind);
    visit("token", self.token);
    visit("expires_at", self.expires_at);
  }
};

/// The user that the event is about. Throws kit::messaging::Unreadable when it names none.
inline kit::UserId user_of(const UserEvent& event) {
  if (!event.user) throw kit::messaging::Unreadable("user_id is missing");
  return *event.user;
}

}  // namespace contracts
