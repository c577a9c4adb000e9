#include "services/kit/messaging/inbox.hpp"

#include "services/kit/messaging/delivery_batch.hpp"
#include "tests/services/kit/support.hpp"

#include <map>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kit::stores {
namespace {

using messaging::Consumer;
using messaging::DeliveryBatch;
using messaging::Event;
using messaging::once;
using testing::ElementsAre;

constexpr const char* DONE = "events_consumed_total{queue=\"effects\",result=\"done\",type=\"count\"}";
constexpr const char* CALLS = "events_handle_duration_seconds_count{queue=\"effects\"}";

/// A database in which each effect leaves a row, and a queue "effects".
struct Effects : Fixture {
  Effects() : Fixture(8) {
    sql("create table effects (n int not null, at int generated always as identity)");
  }
  static void note(db::Transaction& tx, const Event& event) {
    constexpr db::Statement note{"note", "insert into effects (n) values ($1)"};
    tx.exec(note, event.data.at("n").get<int>());
  }
  using Fixture::consume;
  std::unique_ptr<Consumer> consume(Consumer::Handle handle) {
    return consume(consumer("effects"), std::move(handle));
  }
  std::unique_ptr<Consumer> consume(messaging::Effect effect) {
    return consume(once(database, "effects", std::move(effect)));
  }
  /// Puts them into the queue, which is made when it is missing.
  void publish(const std::vector<Event>& events) {
    if (depth("effects") < 0) consume(each([](const Event&) {}));
    std::vector<std::string> bodies;
    for (const auto& event : events) bodies.push_back(to_json(event));
    Fixture::publish(bodies);
  }
  bool all_done(double count) {
    return eventually([&] { return metric(DONE) >= count; });
  }
};

std::string effects() { return sql("select string_agg(n::text, ' ' order by at) from effects"); }

Event numbered(int n, const std::string& type = "count") {
  return Event::make("/test", type, "thing/" + std::to_string(n), {{"n", n}}, "");
}

std::vector<Event> numbered_up_to(int count) {
  std::vector<Event> events;
  for (int n = 1; n <= count; ++n) events.push_back(numbered(n));
  return events;
}

std::string numbers_up_to(int count) {
  std::string text;
  for (int n = 1; n <= count; ++n) text += (n > 1 ? " " : "") + std::to_string(n);
  return text;
}

TEST(Inbox, ClaimsEachEventOnceEvenWithDuplicates) {
  Effects f;
  auto a = numbered(1), b = numbered(2), c = numbered(3);
  b.id = "x'\"\\{},";  // of strangers: any text
  const auto claim = [&](const std::string& consumer, const std::vector<Event>& events) {
    std::vector<std::string> ids;
    f.database.transact("claim", soon(), [&](db::Transaction& tx) {
      for (const auto* event : messaging::claim_inbox(tx, consumer, events)) ids.push_back(event->id);
    });
    return ids;
  };
  EXPECT_THAT(claim("one", {b, a, b, a}), ElementsAre(b.id, a.id));
  EXPECT_THAT(claim("one", {a, c, b}), ElementsAre(c.id));
  EXPECT_THAT(claim("one", {a}), ElementsAre());
  EXPECT_THAT(claim("two", {a}), ElementsAre(a.id));
  a.source = "/elsewhere";
  EXPECT_THAT(claim("one", {a}), ElementsAre(a.id));
}

TEST(Inbox, ConcurrentReplicasApplyEachEventOnce) {
  Effects f;
  const auto events = numbered_up_to(40);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      auto mine = events;
      if (i % 2) std::reverse(mine.begin(), mine.end());
      once(f.database, "effects", Effects::note)(mine);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sql("select count(*) || ' ' || count(distinct n) from effects"), "40 40");
  EXPECT_EQ(f.metric("db_transaction_retries_total"), 0);
}

TEST(Inbox, AppliesABatchInOneTransactionInOrder) {
  Effects f;
  auto events = numbered_up_to(DeliveryBatch::LIMIT + 10);
  events.insert(events.begin() + 5, events[3]);  // twice among them
  f.publish(events);
  int commits = 0;
  const auto consumer = f.consume(once(f.database, "effects", Effects::note, [&] { ++commits; }));
  ASSERT_TRUE(f.all_done(static_cast<double>(events.size())));
  EXPECT_EQ(effects(), numbers_up_to(DeliveryBatch::LIMIT + 10));
  EXPECT_LT(f.metric(CALLS), 20);
  EXPECT_EQ(f.metric("events_delay_seconds_count{queue=\"effects\"}"), events.size());
  EXPECT_EQ(depth("effects"), 0);
}

TEST(Inbox, DeadLettersOnlyThePoisonEventsOfABatch) {
  Effects f;
  auto events = numbered_up_to(30);
  events[9].type = "poison";
  events[17].type = "unreadable";
  events[18].id = "";  // no event at all
  f.publish(events);
  std::map<std::string, int> tries;  // of the consumer's thread
  const auto consumer = f.consume([&](db::Transaction& tx, const Event& event) {
    Effects::note(tx, event);
    if (event.type == "poison") {
      constexpr db::Statement wrong{"wrong", "select 1/0"};
      tx.exec(wrong);
    }
    if (event.type == "unreadable") throw messaging::Unreadable("it names nobody");
    ++tries[event.id];
  });
  ASSERT_TRUE(eventually([&] { return depth("effects.dead") == 3; }));
  ASSERT_TRUE(f.all_done(27));
  EXPECT_EQ(sql("select count(*) || ' ' || count(distinct n) from effects"), "27 27");
  EXPECT_EQ(sql("select count(*) from effects where n in (10, 18, 19)"), "0");
  EXPECT_EQ(f.metric("events_consumed_total{queue=\"effects\",result=\"failed\",type=\"poison\"}"), 4)
      << "the first time and delivery_limit (3) more; a failed batch does not count";
  EXPECT_EQ(f.metric("events_consumed_total{queue=\"effects\",result=\"unreadable\",type=\"unreadable\"}"),
            1);
  EXPECT_EQ(f.metric("events_consumed_total{queue=\"effects\",result=\"unreadable\",type=\"unknown\"}"), 1);
  EXPECT_EQ(depth("effects"), 0);
}

TEST(Inbox, AppliesARedeliveredCommittedEventOnce) {
  Effects f;
  f.publish(numbered_up_to(40));
  std::atomic<int> calls{0};
  auto handle = once(f.database, "effects", Effects::note);
  const auto consumer = f.consume([&](std::span<const Event> events) {
    handle(events);
    if (++calls < 4) throw std::runtime_error("after the commit, before the acknowledgement");
  });
  ASSERT_TRUE(f.all_done(40));
  EXPECT_EQ(effects(), numbers_up_to(40));
}

TEST(Inbox, ALostConnectionInABatchNeitherLosesNorDuplicates) {
  Effects f;
  f.publish(numbered_up_to(120));
  std::atomic<bool> began{false}, go_on{false};
  auto handle = once(f.database, "effects", Effects::note);
  const auto consumer = f.consume([&](std::span<const Event> events) {
    const bool first = events.size() > 1 && !began.exchange(true);
    EXPECT_TRUE(!first || eventually([&] { return go_on.load(); }));
    handle(events);
  });
  ASSERT_TRUE(eventually([&] { return began.load(); }));
  fault("vhost.cut");
  go_on = true;
  ASSERT_TRUE(f.all_done(120));
  EXPECT_EQ(sql("select count(*) || ' ' || count(distinct n) from effects"), "120 120");
  EXPECT_EQ(depth("effects.dead"), 0);
  EXPECT_TRUE(eventually([&] { return depth("effects") == 0; }));
}

TEST(Inbox, ReplicasChangingTheSameRowsDoNotDeadlock) {
  Effects f;
  const auto crosswise = [](db::Transaction& tx, const Event& event) {
    constexpr db::Statement change{"change", "update things set n = n + 1 where id = $1"};
    tx.exec(change, event.data.at("n").get<int>() % 2 + 1);
    Effects::note(tx, event);
  };
  const auto one = f.consume(crosswise);
  const auto other = f.consume(crosswise);
  for (int round = 0; round < 10; ++round) {
    std::vector<Event> events;
    for (int n = 0; n < 100; ++n) events.push_back(numbered(n));
    f.publish(events);
  }
  ASSERT_TRUE(f.all_done(1000));
  EXPECT_EQ(sql("select string_agg(n::text, ' ' order by id) from things"), "500 500");
  EXPECT_EQ(sql("select count(*) from effects"), "1000");
  EXPECT_EQ(f.metric("db_transaction_retries_total"), 0) << "no deadlocks that were tried again";
  EXPECT_EQ(sql("select deadlocks from pg_stat_database where datname = current_database()"), "0");
}

}  // namespace
}  // namespace kit::stores
