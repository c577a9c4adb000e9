#include "services/kit/messaging/outbox_session.hpp"
#include "tests/services/kit/support.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace kit::stores {
namespace {

using messaging::Consumer;
using messaging::Event;
using messaging::Relay;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

bool outbox_empty() { return sql("select count(*) from outbox") == "0"; }

/// `count` events over `subjects` subjects, as many in one transaction as there are subjects.
void write_many(Fixture& f, int count, int subjects, const std::string& prefix = "thing/") {
  for (int n = 0; n < count;) {
    f.database.transact("many", soon(), [&](db::Transaction& tx) {
      for (int i = 0; i < subjects && n + i < count; ++i) {
        messaging::write_outbox(
            tx, Event::make("/test", "thing.changed", prefix + std::to_string(i), {{"n", n + i}}, ""));
      }
    });
    n += subjects;
  }
}

TEST(Outbox, RolledBackEventsAreNotPublished) {
  Fixture f;
  const Reader reader(f);
  Relay relay(f.database, f.broker(), f.metrics);
  const auto undone = [](db::Transaction& tx) {
    messaging::write_outbox(tx, Event::make("/test", "undone", "thing/1", {{"n", 1}}, ""));
    throw std::domain_error("undone");
  };
  EXPECT_THROW(f.database.transact("t", soon(), undone), std::domain_error);
  f.write("done", "thing/1", 2);
  ASSERT_TRUE(eventually([&] { return reader.count() >= 1 && outbox_empty(); }));
  ASSERT_EQ(reader.count(), 1u);
  EXPECT_EQ(reader.events()[0].type, "done");
}

TEST(Relay, KeepsTheOrderWithinEachSubject) {
  Fixture f;
  const Reader reader(f);
  write_many(f, 1000, 20);
  Relay relay(f.database, f.broker(), f.metrics);
  ASSERT_TRUE(eventually([&] { return reader.count() >= 1000; }));
  write_many(f, 1000, 1, "other/");
  ASSERT_TRUE(eventually([&] { return reader.count() >= 2000 && outbox_empty(); }, seconds(60)));
  EXPECT_EQ(reader.disorder(), "");
  EXPECT_EQ(reader.count(), 2000u) << "nothing was published twice";
  EXPECT_EQ(f.metric("outbox_published_total{type=\"thing.changed\"}"), 2000);
}

TEST(Relay, IsWokenByAWriter) {
  Fixture f;
  const Reader reader(f);
  Relay relay(f.database, f.broker(), f.metrics);
  ASSERT_TRUE(eventually([&] { return relay.probe().empty(); }));
  const auto start = Clock::now();
  for (int n = 0; n < 20; ++n) {
    f.write("ping", "thing/1", n);
    ASSERT_TRUE(eventually([&] { return reader.count() > static_cast<std::size_t>(n); }));
  }
  // Were it polling, each would take half a second; here one takes a few milliseconds.
  EXPECT_LT(Clock::now() - start, seconds(4));
}

TEST(Relay, TwoRelaysNeitherReorderNorDuplicate) {
  Fixture f(8);
  const Reader reader(f);
  Relay one(f.database, f.broker(), f.metrics);
  Relay two(f.database, f.broker(), f.metrics);
  std::vector<std::thread> writers;
  for (int w = 0; w < 6; ++w)
    writers.emplace_back([&f, w] { write_many(f, 300, 3, "writer" + std::to_string(w) + "/"); });
  for (auto& writer : writers) writer.join();
  ASSERT_TRUE(eventually([&] { return reader.distinct() >= 1800; }, seconds(60)));
  EXPECT_EQ(reader.disorder(), "");
  EXPECT_EQ(reader.count(), 1800u);
}

TEST(Relay, AnotherRelayTakesOver) {
  Fixture f;
  const Reader reader(f);
  auto one = std::make_unique<Relay>(f.database, f.broker(), f.metrics);
  ASSERT_TRUE(eventually([&] { return one->probe().empty(); }));
  Relay two(f.database, f.broker(), f.metrics);
  one.reset();
  f.write("ping", "thing/1", 1);
  EXPECT_TRUE(eventually([&] { return reader.count() == 1; }, seconds(5)));
}

TEST(Relay, LosesNothingWhenDatabaseConnectionsAreCut) {
  Fixture f;
  const Reader reader(f);
  Relay one(f.database, f.broker(), f.metrics);
  Relay two(f.database, f.broker(), f.metrics);
  for (int round = 0; round < 5; ++round) {
    for (int n = 0; n < 100; ++n) f.write("thing.changed", "thing/" + std::to_string(n % 7), round * 100 + n);
    sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and "
        "backend_type = 'client backend' and pid <> pg_backend_pid()");
  }
  ASSERT_TRUE(eventually([&] { return reader.distinct() >= 500 && outbox_empty(); }, seconds(60)));
  EXPECT_EQ(reader.disorder(), "");
}

TEST(Relay, DeliversEverythingAcrossABrokerCrash) {
  Fixture f;
  const Reader reader(f);
  Relay relay(f.database, f.broker(), f.metrics);
  write_many(f, 3000, 30);
  ASSERT_TRUE(eventually([&] { return reader.count() > 100; }));
  fault("rabbitmq.kill");
  EXPECT_TRUE(eventually([&] { return !relay.probe().empty() && !reader.consumer->probe().empty(); }));
  f.write("while.away", "away/1", 1);
  EXPECT_TRUE(eventually([&] { return f.metric("outbox_pending") > 0; })) << "the backlog is to be seen";
  fault("rabbitmq.start");
  ASSERT_TRUE(eventually([&] { return reader.distinct() == 3001; }, seconds(90)))
      << reader.distinct() << " of 3001 events, outbox empty: " << outbox_empty();
  EXPECT_EQ(reader.disorder(), "");
  EXPECT_TRUE(eventually([&] { return outbox_empty() && relay.probe().empty(); }));
}

TEST(Relay, DropsEventsOfTypesThatNobodyConsumes) {
  Fixture f;
  Relay relay(f.database, f.broker(), f.metrics);
  f.write("nobody.cares", "thing/1", 1);
  EXPECT_TRUE(eventually(
      [&] { return outbox_empty() && f.metric("outbox_published_total{type=\"nobody.cares\"}") == 1; }));
  EXPECT_EQ(f.metric("outbox_unroutable_total"), 0);
}

TEST(Relay, KeepsConsumedEventsUntilTheirQueueExists) {
  Fixture f;
  const std::vector<messaging::ConsumerQueue> readers{{"keeper", {"must.arrive"}}};
  Relay relay(f.database, f.broker(), f.metrics, readers);
  f.write("must.arrive", "thing/1", 1);
  f.write("nobody.cares", "thing/2", 1);
  ASSERT_TRUE(eventually([&] { return outbox_empty() && depth("keeper") == 1; }))
      << "its queue was made by who publishes";
  // A broker that lost its disk, seen from here: the queue is gone, and nobody has said so.
  fault("vhost.delete_queue keeper");
  f.write("must.arrive", "thing/1", 2);
  ASSERT_TRUE(eventually([&] { return outbox_empty() && depth("keeper") == 1; })) << depth("keeper");
  EXPECT_GE(f.metric("outbox_unroutable_total"), 1);
  const Reader reader(f, "keeper", "must.arrive");
  EXPECT_TRUE(eventually([&] { return reader.count() == 1; }));
}

TEST(Relay, StartsWithoutABroker) {
  Fixture f;
  fault("rabbitmq.stop");
  Received received;
  Relay relay(f.database, f.broker(), f.metrics);
  Consumer consumer(f.consumer("late"), each([&](const Event& e) { received.add(e); }), f.metrics);
  EXPECT_TRUE(eventually([&] { return !relay.probe().empty() && !consumer.probe().empty(); }));
  const auto start = Clock::now();
  { Relay brief(f.database, f.broker(), f.metrics); }
  EXPECT_LT(Clock::now() - start, seconds(2)) << "it can be stopped meanwhile";
  fault("rabbitmq.start");
  EXPECT_TRUE(eventually([&] { return consumer.probe().empty(); }));
  f.write("ping", "thing/1", 1);
  EXPECT_TRUE(eventually([&] { return received.count() == 1; }));
  EXPECT_TRUE(eventually([&] { return relay.probe().empty(); }));
}

TEST(Relay, WritersNotifyOnlyWhileItSleeps) {
  Fixture f;
  messaging::OutboxSession session(database_url());
  ASSERT_TRUE(session.lead());
  ASSERT_TRUE(session.sleep());
  session.wake();
  f.database.transact("t", soon(), [&](db::Transaction& tx) {
    messaging::write_outbox(tx, Event::make("/test", "t", "thing/1", {{"n", 1}}, ""));
    EXPECT_FALSE(session.sleep()) << "a writer that did not notify is not through yet";
  });
  EXPECT_TRUE(session.sleep());
  EXPECT_EQ(session.oldest(10).size(), 1u) << "and what it wrote is seen";
}

TEST(Inbox, DeletesOldClaimsInBatches) {
  Fixture f;
  sql("insert into inbox select 'c', '/s', n::text, now() - interval '8 days' from generate_series(1, 1500) "
      "n");
  sql("insert into inbox values ('c', '/s', 'young', now() - interval '6 days')");
  messaging::OutboxSession session(database_url());
  EXPECT_TRUE(session.prune_inbox());
  EXPECT_EQ(sql("select count(*) from inbox"), "501");
  EXPECT_FALSE(session.prune_inbox());
  EXPECT_EQ(sql("select string_agg(event_id, ' ') from inbox"), "young");
}

}  // namespace
}  // namespace kit::stores
