#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/consumer.hpp"
#include "services/kit/testing/eventually.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

/// What the tests of the kit's stores share. Each test has a database and a virtual host of its own, given by
/// test_stores.py.
namespace kit::stores {

std::string database_url();  ///< $DATABASE_URL

/// Asks test_stores.py to do something to a server ("rabbitmq.kill", "postgres.stop", …), and waits until it
/// is done.
void fault(const std::string& what);

inline Deadline soon() { return Deadline::in(std::chrono::seconds(10)); }

/// SQL on a connection of its own; the first value, "" when there is none.
std::string sql(const std::string& text);

/// A database for a test, with the tables outbox, inbox and things (id, n).
struct Fixture {
  explicit Fixture(int pool = 4);

  /// A sample of the metrics, 0 when there is none: `metric("db_transaction_retries_total")`.
  double metric(const std::string& sample);
  /// Writes an event in a transaction of its own.
  void write(const std::string& type, const std::string& subject, int number);

  messaging::BrokerOptions broker() const;
  messaging::ConsumerOptions consumer(const std::string& queue, const std::string& binding = "#") const;
  /// A consumer that is connected.
  std::unique_ptr<messaging::Consumer> consume(const messaging::ConsumerOptions& options,
                                               messaging::Consumer::Handle handle);
  /// Puts messages into the exchange without the outbox, all before anybody can read the second.
  void publish(const std::vector<std::string>& bodies) const;

  Metrics metrics;
  db::Database database;
};

/// Handles events one after the other, without a transaction.
messaging::Consumer::Handle each(std::function<void(const messaging::Event&)> handle);

/// Events as they come, for any thread.
class Received {
 public:
  void add(const messaging::Event& event);
  std::vector<messaging::Event> events() const;
  std::size_t count() const { return events().size(); }
  /// How many different ones.
  std::size_t distinct() const;
  /// Empty when, for each subject, the first arrivals of its events have ascending numbers; else what is
  /// wrong.
  std::string disorder() const;

 private:
  mutable std::mutex lock_;
  std::vector<messaging::Event> events_;
};

/// A queue's events, from when it is bound.
struct Reader : Received {
  explicit Reader(Fixture& f, const std::string& queue = "all", const std::string& binding = "#")
      : consumer(f.consume(f.consumer(queue, binding), each([this](const auto& event) { add(event); }))) {}
  std::unique_ptr<messaging::Consumer> consumer;
};

/// Messages in a queue that is there; -1 when it is not.
int depth(const std::string& queue);

}  // namespace kit::stores
