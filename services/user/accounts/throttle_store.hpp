#pragma once
#include "services/kit/db/database.hpp"
#include "services/user/accounts/throttle.hpp"

#include <vector>

namespace user::store {

/// What has been tried, in the database: right across replicas. Tries that run at the same time may go over a
/// budget by as many as there are workers. Thread-safe.
class Throttle {
 public:
  explicit Throttle(kit::db::Database& database) : database_(database) {}

  /// Throws Problem 429 when a budget is used up: the same whether or not there is such an account.
  void require(const std::vector<throttle::Charge>& charges, kit::Deadline deadline);
  /// The same for a log-in.
  void require(const throttle::Login& login, kit::Deadline deadline);

  void record(const std::vector<throttle::Charge>& charges, kit::Deadline deadline);
  /// Both at once, for what counts whatever comes of it.
  void spend(const std::vector<throttle::Charge>& charges, kit::Deadline deadline);
  void record(const throttle::Login& login, kit::Deadline deadline);

  /// Seconds until there is something left of each budget; 0: now.
  static int wait(kit::db::Transaction& tx, const std::vector<throttle::Charge>& charges);
  static void charge(kit::db::Transaction& tx, const std::vector<throttle::Charge>& charges);
  /// Both at once, for what counts whatever comes of it. Throws Problem 429.
  static void take(kit::db::Transaction& tx, const std::vector<throttle::Charge>& charges);

  /// Lets go of what has flowed back, and of all beyond a bound.
  void prune(kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace user::store
