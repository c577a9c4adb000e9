#pragma once
#include "services/kit/threads/periodic.hpp"
#include "services/user/accounts/account_store.hpp"
#include "services/user/accounts/mail_request_store.hpp"
#include "services/user/throttle/throttle_store.hpp"

namespace user {

/// Processes mail requests and removes expired rows, on threads of its own. Safe on several replicas.
class BackgroundJobs {
 public:
  explicit BackgroundJobs(kit::db::Database& database);

 private:
  MailRequestStore mail_requests_;
  AccountStore accounts_;
  ThrottleStore throttle_;
  kit::Periodic mailing_;  // last, so that the threads stop before the stores are destroyed
  kit::Periodic pruning_;
};

}  // namespace user
