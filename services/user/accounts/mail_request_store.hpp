#pragma once
#include "services/kit/db/database.hpp"
#include "services/user/accounts/account_requests.hpp"
#include "services/user/users/user.hpp"

#include <stop_token>
#include <string>

namespace user {

constexpr int VERIFY_HOURS = 24;  ///< how long a mailed token verifies an address
constexpr int RESET_HOURS = 1;    ///< how long one sets a new password

/// Requests for mails by e-mail address. A request writes the same row for every address and is processed
/// later on another thread, so that neither the answer nor its time reveals whether the address has an
/// account. Mails are caused by events; one address gets only a few of a kind an hour. Thread-safe.
class MailRequestStore {
 public:
  explicit MailRequestStore(kit::db::Database& database) : database_(database) {}

  enum class Kind { Resend, Reset };
  /// Another mail that verifies an address, or one that resets a password. Throws RateLimited.
  void add(Kind kind, const std::string& email, const CallContext& context);

  /// A mail that verifies the address of an account that is to be added.
  void add_registration(const NewUser& who, const std::string& password_hash, const CallContext& context);

  /// Tells the owner of an account that its address was registered again, in the transaction of the
  /// registration.
  static void add_repeated(kit::db::Transaction& tx, const std::string& email,
                           const std::string& traceparent);

  /// A mail that verifies a new address of the account (a row of email_changes) or, when another account has
  /// the address, a mail to its owner, in the transaction of the change.
  static void add_change(kit::db::Transaction& tx, kit::UserId user, const std::string& email,
                         const std::string& traceparent);

  /// Processes the oldest requests, at most 100. Safe on several replicas.
  void process(const std::stop_token& stop);

 private:
  bool process_one(kit::Deadline deadline);

  kit::db::Database& database_;
};

}  // namespace user
