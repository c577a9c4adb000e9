#pragma once
#include "services/kit/db/connection.hpp"
#include "services/kit/messaging/publish_batch.hpp"

#include <memory>
#include <vector>

namespace kit::messaging {

/// The relay's own connection to the database. For one thread. After it threw one of pqxx's exceptions a new
/// one is needed; its locks are released.
class OutboxSession {
 public:
  explicit OutboxSession(const std::string& url);
  ~OutboxSession();

  /// Tries to become the leader, the one replica that relays. Returns whether it is.
  bool lead();
  bool leading() const { return leading_; }
  /// Lets another replica relay.
  void step_down();

  /// The oldest rows, at most `limit`, by id.
  std::vector<Outgoing> oldest(int limit);
  void remove(const std::vector<std::int64_t>& ids);

  /// Makes writers notify from now on; returns false while one that does not is still in its transaction.
  /// After true, poll the outbox once more before waiting on `socket`.
  bool sleep();
  bool asleep() const { return asleep_; }
  /// Writers need not notify: the relay polls.
  void wake();
  int socket() { return connection_->pq().sock(); }
  /// Reads the notifications that arrived on `socket`; returns how many.
  int take_notifications() { return connection_->pq().get_notifs(); }

  struct Backlog {
    double count;
    double oldest_s;  ///< age of the oldest row; 0 when there is none
  };
  Backlog backlog();
  /// Deletes a bounded number of claims older than 7 days from the inbox; returns whether there may be more.
  bool prune_inbox();

 private:
  class Listener;
  std::unique_ptr<db::Connection> connection_;
  std::unique_ptr<Listener> listener_;
  bool leading_ = false;
  bool asleep_ = false;
};

}  // namespace kit::messaging
