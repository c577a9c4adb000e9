#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/embedded.hpp"
#include "services/kit/messaging/consumer_queues.hpp"
#include "services/kit/messaging/event.hpp"

#include <memory>
#include <string>
#include <vector>

namespace kit::messaging {

/// The migration 000_events.sql of every service: the tables `outbox` and `inbox`.
extern const EmbeddedFile MIGRATION;

/// For a statement that inserts into the outbox itself (event_id, type, subject, body as write_outbox does):
/// a column to select that wakes the relay if it sleeps.
#define SHOPKEEPER_OUTBOX_WAKE \
  "(select pg_notify('outbox', '') where not pg_try_advisory_xact_lock_shared(1936224112, 3))"

/// Writes the event in the transaction of the change that it reports: it is published if and only if that
/// commits.
void write_outbox(db::Transaction& tx, const Event& event);

/// The same for several events in order, in one round trip; up to some hundreds.
void write_outbox(db::Transaction& tx, const std::vector<Event>& events);

struct BrokerOptions {
  std::string url;  ///< amqp://user:password@host:port/vhost; secret
  std::string exchange = "shop.events";
  std::chrono::milliseconds timeout{5000};  ///< of connecting, of a confirm
};

/// Publishes the outbox on a thread of its own: in batches with confirms, in order within a subject, by one
/// replica at a time (an advisory lock). Woken by NOTIFY while idle, polling under traffic
/// (poll_schedule.hpp), reconnecting with backoff. A row is deleted only after the broker confirmed it.
/// Metrics: outbox_pending, outbox_oldest_seconds, outbox_published_total.
class Relay {
 public:
  /// An event of a type in `queues` stays in the outbox until it has reached a queue.
  Relay(db::Database& database, BrokerOptions broker, Metrics& metrics,
        std::vector<ConsumerQueue> queues = {});
  ~Relay();  ///< stops within a second or so
  /// For Health: empty when connected.
  std::string probe() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kit::messaging
