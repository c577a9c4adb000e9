#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/http/message/message.hpp"
#include "services/user/accounts/user.hpp"

#include <string>

namespace user::store {

/// What people ask for by e-mail address. Asking writes the same row for every address; what comes of it is
/// found out afterwards, on another thread, so that neither the answer nor its time tells whether the address
/// has an account. Mails go out by events; to one address only a few of a kind an hour. Thread-safe.
class MailRequests {
 public:
  explicit MailRequests(kit::db::Database& database) : database_(database) {}

  /// `password_hash` of an account that is to be once its address is verified. These throw Problem 429 when
  /// too much was asked for the address, or from the client.
  void registration(const NewUser& who, const std::string& password_hash, const kit::http::Request& request);
  /// A further mail to verify an address with.
  void resend(const std::string& email, const kit::http::Request& request);
  void password_reset(const std::string& email, const kit::http::Request& request);

  /// Somebody registered an address that has an account: its owner is told. In the registration's
  /// transaction.
  static void repeated(kit::db::Transaction& tx, const std::string& email, const std::string& traceparent);

  /// The account is to have the address once it is verified (a row of email_changes): the mail for that, or,
  /// when another has it, word to its owner. In the change's transaction.
  static void change(kit::db::Transaction& tx, kit::UserId user, const std::string& email,
                     const std::string& traceparent);

  /// Does what was asked for longest; false when there is nothing. Safe on several replicas.
  bool work_one(kit::Deadline deadline);

 private:
  void ask(const char* kind, const std::string& email, const kit::http::Request& request);
  kit::db::Database& database_;
};

}  // namespace user::store
