#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/identity/revocations.hpp"
#include "services/user/users/user.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace user {

/// From the login: a session ends then, however often it was refreshed.
constexpr std::chrono::hours SESSION_LIFETIME{30 * 24};

/// Sessions, the hashes of their refresh tokens, and access tokens that were revoked before their expiry.
/// Ending a session also revokes its access tokens. Thread-safe.
class SessionStore {
 public:
  explicit SessionStore(kit::db::Database& database) : database_(database) {}

  /// Makes the access token for the user as of `issued_at` (seconds since 1970 by the database's clock).
  /// Called in the transaction, under a lock that keeps the user's row; when it throws, the transaction is
  /// rolled back.
  using Issue = std::function<std::string(const User& user, const std::string& session, double issued_at)>;

  /// Begins a session and returns its access token; nullopt when the password hash has changed. Remembers
  /// `known_key` (throttle::Login). Removes the user's ended sessions, and the oldest beyond a bound.
  std::optional<std::string> begin(kit::UserId user, const std::string& password_hash,
                                   const std::string& token_hash, const std::string& known_key,
                                   const Issue& issue, kit::Deadline deadline);

  struct Rotation {
    enum class Result {
      Fresh,    ///< the next token is valid from now on
      Unknown,  ///< no such token, or its session has ended
      Reused,   ///< the token was used before, so somebody has a copy: the session was revoked
    };
    Result result = Result::Unknown;
    std::string session;
    kit::UserId user;
    std::string access_token;  ///< when Fresh
  };
  /// Exchanges a refresh token for the next of its session, once. Repeated when the fate of the commit is
  /// unknown: `next_hash` is random, so a token that it already follows was exchanged by this very call.
  Rotation rotate(const std::string& token_hash, const std::string& next_hash, const Issue& issue,
                  kit::Deadline deadline);

  /// Ends the session that the token belongs to, used or not. Does nothing when there is none.
  void end(const std::string& token_hash, kit::Deadline deadline);

  /// Ends all sessions of the user except `kept` (may be empty).
  static void end_all(kit::db::Transaction& tx, kit::UserId user, const std::string& kept);

  /// Remembers that the owner used the account from this client, so that strangers cannot lock the owner out
  /// there.
  static void remember_client(kit::db::Transaction& tx, kit::UserId user, const std::string& known_key);

  /// Revokes all access tokens that the user has, in the transaction that makes them void. Call it after the
  /// user's row is locked: tokens are signed under a share of that lock.
  static void revoke_user(kit::db::Transaction& tx, kit::UserId user);

  /// Revocations of the last Revocations::KEEP, or since the list whose `next` is `since`; some are repeated,
  /// since a transaction may become visible after one that began later. Throws InvalidRevocationCursor.
  kit::identity::RevocationList list_revocations(const std::string& since, kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
};

}  // namespace user
