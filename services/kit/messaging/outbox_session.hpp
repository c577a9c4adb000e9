#pragma once
#include "services/kit/db/connection.hpp"
#include "services/kit/messaging/batch.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace kit::messaging {

/// The relay's own connection to the database. For one thread. Throws pqxx's exceptions; then a new one is
/// needed, and the locks of this one are free.
class OutboxSession {
 public:
  explicit OutboxSession(const std::string& url);
  ~OutboxSession();

  /// Tries to become the one that relays; true when it is.
  bool lead();
  bool leading() const { return leading_; }
  /// Lets another replica relay.
  void step_down();

  /// The oldest rows, at most `limit`, by id.
  std::vector<Outgoing> oldest(int limit);
  void remove(const std::vector<std::int64_t>& ids);

  /// Asks writers to notify from now on; false while one that will not is still in its transaction. After
  /// true, look at the outbox once more before waiting on `socket`.
  bool sleep();
  bool asleep() const { return asleep_; }
  /// Writers need not notify: the relay looks by itself.
  void wake();
  int socket() { return connection_->pq().sock(); }
  /// Reads what came on `socket`.
  /// How many there were.
  int take_notifications() { return connection_->pq().get_notifs(); }

  struct Backlog {
    double count;
    double oldest_s;  ///< age of the oldest row; 0 when there is none
  };
  Backlog backlog();
  /// Forgets a bounded number of events that were claimed over 7 days ago; true when there may be more.
  bool prune_inbox();

 private:
  class Listener;
  std::unique_ptr<db::Connection> connection_;
  std::unique_ptr<Listener> listener_;
  bool leading_ = false;
  bool asleep_ = false;
};

}  // namespace kit::messaging
