#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/embedded.hpp"
#include "services/kit/messaging/event.hpp"
#include "services/kit/messaging/readers.hpp"

#include <memory>
#include <string>
#include <vector>

namespace kit::messaging {

/// Migration for the tables `outbox` and `inbox`; every service has it as its 000_events.sql.
extern const EmbeddedFile MIGRATION;

/// For a statement that writes its row of the outbox itself (event_id, type, subject, body as write_outbox
/// does), a column of its result: wakes the relay if that sleeps.
#define SHOPKEEPER_OUTBOX_WAKE \
  "(select pg_notify('outbox', '') where not pg_try_advisory_xact_lock_shared(1936224112, 3))"

/// Writes the event in the transaction of the change that it tells of: published if, and only if, that
/// commits.
void write_outbox(db::Transaction& tx, const Event& event);

/// The same for many at once, in their order: one round trip for up to some hundreds of them.
void write_outbox(db::Transaction& tx, const std::vector<Event>& events);

struct BrokerOptions {
  std::string url;  ///< amqp://user:password@host:port/vhost; secret
  std::string exchange = "shop.events";
  std::chrono::milliseconds timeout{5000};  ///< of connecting, of a confirm
};

/// Moves the outbox to the broker on a thread of its own: in batches with confirms, in order per subject,
/// safe with several replicas (one relays at a time, by an advisory lock), woken at once by LISTEN/NOTIFY
/// while idle, looking every 15 ms by itself under traffic (pace.hpp), reconnecting with backoff. A row is
/// deleted only after the broker confirmed it. Metrics: outbox_pending, outbox_oldest_seconds,
/// outbox_published_total.
class Relay {
 public:
  /// An event of a type that one of `readers` is for stays in the outbox until it is in a queue.
  Relay(db::Database& database, BrokerOptions broker, Metrics& metrics, std::vector<Reader> readers = {});
  ~Relay();  ///< stops within a second or so
  /// For Health: empty when connected.
  std::string probe() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kit::messaging
