#pragma once
#include "services/kit/identity/principal.hpp"
#include "services/kit/identity/user_id.hpp"
#include "services/kit/time/deadline.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace user {

/// What the layers below the routes may know of a request.
struct CallContext {
  std::string client_address;
  std::string traceparent;
  kit::Deadline deadline;
};

/// A guest has no password and cannot log in; guests may share an e-mail address, accounts may not.
struct User {
  kit::UserId id;
  std::string name;
  std::string email;
  bool account = false;
  kit::identity::Role role = kit::identity::Role::Customer;
  std::string created_at;  ///< RFC 3339 UTC
};

/// As users see themselves, and as staff see them.
nlohmann::json to_json(const User& user);

/// "account" or "guest"
std::string_view kind(bool account);

/// The key under which an address has at most one account: lower case; "" for an address that no account can
/// have, since accounts' addresses are ASCII.
std::string account_key(std::string_view email);

}  // namespace user
