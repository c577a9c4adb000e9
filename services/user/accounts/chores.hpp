#pragma once
#include "services/kit/threads/periodic.hpp"
#include "services/user/accounts/account_store.hpp"
#include "services/user/accounts/mail_request_store.hpp"
#include "services/user/accounts/throttle_store.hpp"

namespace user {

/// What the service does besides answering, on threads of its own: sees to what was asked for by e-mail
/// address, and clears away what is over. Safe on several replicas.
class Chores {
 public:
  explicit Chores(kit::db::Database& database);

 private:
  store::MailRequests mails_;
  store::Accounts accounts_;
  store::Throttle throttle_;
  kit::Periodic mailing_;  // last: they stop before what they use goes
  kit::Periodic clearing_;
};

}  // namespace user
