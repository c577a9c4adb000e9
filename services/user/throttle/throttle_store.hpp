#pragma once
#include "services/kit/db/database.hpp"
#include "services/user/throttle/throttle.hpp"
#include "services/user/users/user.hpp"

#include <string>
#include <vector>

namespace user {

/// The levels of the token buckets, in the database and by its clock, so that all replicas share them.
/// Attempts that run at the same time may exceed a budget by as many as there are workers. Thread-safe.
class ThrottleStore {
 public:
  explicit ThrottleStore(kit::db::Database& database) : database_(database) {}

  /// Throws RateLimited when a budget is used up: the same whether or not there is such an account.
  void require(const std::vector<throttle::Charge>& charges, kit::Deadline deadline);
  void record(const std::vector<throttle::Charge>& charges, kit::Deadline deadline);
  /// Requires and records in one transaction.
  void spend(const std::vector<throttle::Charge>& charges, kit::Deadline deadline);

  /// Counts an invalid mailed token against the client. Throws InvalidMailToken.
  [[noreturn]] void refuse_mail_token(const CallContext& context);

  /// Seconds until there is something left of each budget; 0: now.
  static int wait_s(kit::db::Transaction& tx, const std::vector<throttle::Charge>& charges);
  static void charge(kit::db::Transaction& tx, const std::vector<throttle::Charge>& charges);
  static void spend(kit::db::Transaction& tx, const std::vector<throttle::Charge>& charges);

  /// Removes buckets that are full again and, beyond a bound of rows, those that will be next.
  void prune(kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace user
