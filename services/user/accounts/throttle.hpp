#pragma once
#include "services/kit/ids.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// How often something may be tried. Pure: the state is store::Throttle's.
namespace user::throttle {

/// `capacity` tries at once; what was spent comes back at `per_second`.
struct Budget {
  double capacity;
  double per_second;
};

struct Charge {
  std::string key;  ///< SHA-256: says nothing of whom it is about
  Budget budget;
};

/// What one client is, by its address: of IPv6 the network (/64), of which anyone has all addresses.
std::string client_of(std::string_view address);

/// Lower-cased, as accounts are told apart; "" for what no account can have (addresses are ASCII).
std::string account_of(std::string_view email);

/// A log-in that failed: charged for, and the next let in only if none of them is used up.
struct Login {
  /// For the account from this client, and for this client whatever the account: generous, because a whole
  /// office may be one address.
  std::vector<Charge> always;
  /// For the account from everywhere. Does not bind clients from which its owner has logged in before, so
  /// that a stranger cannot lock the owner out.
  Charge strangers;
  /// Under which the client is known to the account.
  std::string known_key;
};
Login login(std::string_view email, std::string_view address);

/// What counts whatever comes of it, because what comes of it must not show.
std::vector<Charge> registration(std::string_view email, std::string_view address);
std::vector<Charge> mail_request(std::string_view kind, std::string_view email, std::string_view address);
/// A one-time token that is none.
std::vector<Charge> wrong_token(std::string_view address);
/// A wrong present password of somebody logged in, by session: who stole one shuts out no other.
std::vector<Charge> wrong_password(kit::UserId user, std::string_view session);
/// Mails that anybody can cause, by recipient.
std::vector<Charge> mail_to(std::string_view kind, std::string_view email);

}  // namespace user::throttle
