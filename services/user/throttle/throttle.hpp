#pragma once
#include "services/kit/identity/user_id.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Which rate limits an attempt counts against. Pure; ThrottleStore keeps the state.
namespace user::throttle {

/// A token bucket: `capacity` attempts at once, refilled at `per_second`.
struct Budget {
  double capacity;
  double per_second;
};

struct Charge {
  std::string key;  ///< a SHA-256, so that the table does not reveal whom it is about
  Budget budget;
  /// Does not bind clients that are known under this key (known_addresses); empty: binds all.
  std::string unless_known = {};
};

/// One client by its address: of IPv6 the network (/64), since a client can use any address of its network.
std::string client_of(std::string_view address);

struct Login {
  /// Charged for a failed login; the next one is refused while any of them is used up: for the account from
  /// this client; for this client with any account (generous, because a whole office may share an address);
  /// for the account from all clients, except from those where the owner has logged in before, so that a
  /// stranger cannot lock the owner out.
  std::vector<Charge> charges;
  /// Under which the client is known to the account.
  std::string known_key;
};
Login login(std::string_view email, std::string_view address);

/// These two count whether or not they succeed, because success must not show.
std::vector<Charge> registration(std::string_view email, std::string_view address);
std::vector<Charge> mail_request(std::string_view kind, std::string_view email, std::string_view address);
/// An invalid one-time token.
std::vector<Charge> wrong_token(std::string_view address);
/// A wrong current password, by session, so that a stolen session cannot lock out the others.
std::vector<Charge> wrong_password(kit::UserId user, std::string_view session);
/// Mails that anybody can cause, by recipient.
std::vector<Charge> mail_to(std::string_view kind, std::string_view email);

}  // namespace user::throttle
