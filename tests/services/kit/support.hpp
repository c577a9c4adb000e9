#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/consumer.hpp"

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <pqxx/pqxx>

/// What the tests of the kit's stores share. Each test has a database and a virtual host of its own, given by
/// test_stores.py.
namespace kit::stores {

std::string database_url();  ///< $DATABASE_URL
std::string amqp_url();      ///< $AMQP_URL

/// Asks test_stores.py to do something to a server ("rabbitmq.kill", "postgres.stop", …), and waits until it
/// is done.
void fault(const std::string& what);

/// Polls until `check` is true; false when it was not in time.
bool eventually(const std::function<bool()>& check,
                std::chrono::milliseconds limit = std::chrono::seconds(20));

inline Deadline soon() { return Deadline::in(std::chrono::seconds(10)); }

/// A database for a test, with the tables outbox, inbox and things (id, n).
class Fixture {
 public:
  explicit Fixture(int pool = 4);
  db::Database& database() { return database_; }
  Metrics& metrics() { return metrics_; }
  /// SQL on a connection of its own; the first value, "" when there is none.
  std::string sql(const std::string& text);
  /// A sample of the metrics, 0 when there is none: `metric("db_transaction_retries_total")`.
  double metric(const std::string& sample);
  /// Writes an event in a transaction of its own.
  void write(const std::string& type, const std::string& subject, int number);

  messaging::BrokerOptions broker() const;
  messaging::ConsumerOptions consumer(const std::string& queue, const std::string& binding = "#") const;

 private:
  Metrics metrics_;
  db::Database database_;
};

/// Handles events one after the other, without a transaction.
messaging::Consumer::Handle each(std::function<void(const messaging::Event&)> handle);

/// Events as they come, for any thread.
class Received {
 public:
  void add(const messaging::Event& event);
  std::size_t count() const;
  /// How many different ones.
  std::size_t distinct() const;
  /// Empty when, for each subject, the first arrivals of its events have ascending numbers; else what is
  /// wrong.
  std::string disorder() const;
  std::vector<std::string> types() const;

 private:
  mutable std::mutex lock_;
  std::vector<messaging::Event> events_;
};

/// Messages in a queue that is there; -1 when it is not.
int depth(const std::string& queue);

}  // namespace kit::stores
