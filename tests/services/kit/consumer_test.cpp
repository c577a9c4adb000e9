#include "services/kit/messaging/broker.hpp"
#include "services/kit/messaging/publisher.hpp"
#include "tests/services/kit/support.hpp"

#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kit::stores {
namespace {

using messaging::Consumer;
using messaging::Event;
using messaging::NotNow;
using messaging::Relay;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

bool up(const Consumer& consumer) {
  return eventually([&] { return consumer.probe().empty(); });
}

/// Publishes text as it is.
void publish(Fixture& f, const std::string& body) {
  Metrics metrics;
  messaging::Publisher publisher(f.broker(), {}, metrics.counter("x", "x"));
  publisher.publish({1, "1", "some.type", "", body});
  ASSERT_TRUE(publisher.next_confirm(seconds(5)));
}

TEST(Consumer, DeadLettersAPoisonEventWithoutBlockingOthers) {
  Fixture f;
  Consumer consumer(f.consumer("mixed"), each([&](const Event& event) {
                      if (event.type == "poison") throw std::runtime_error("cannot be");
                    }),
                    f.metrics());
  ASSERT_TRUE(up(consumer));
  Relay relay(f.database(), f.broker(), f.metrics());
  f.write("poison", "thing/1", 1);
  for (int n = 0; n < 5; ++n) f.write("good", "thing/2", n);
  ASSERT_TRUE(eventually([&] { return depth("mixed.dead") == 1; }));
  EXPECT_EQ(f.metric("events_consumed_total{queue=\"mixed\",result=\"done\",type=\"good\"}"), 5);
  EXPECT_EQ(f.metric("events_consumed_total{queue=\"mixed\",result=\"failed\",type=\"poison\"}"), 4)
      << "the first time and delivery_limit (3) more";
  EXPECT_EQ(depth("mixed"), 0);
}

TEST(Consumer, DeadLettersMalformedMessagesAtOnce) {
  Fixture f;
  Received received;
  Consumer consumer(f.consumer("strict"), each([&](const Event& e) { received.add(e); }), f.metrics());
  ASSERT_TRUE(up(consumer));
  publish(f, "{\"specversion\":\"1.0\"}");
  publish(f, std::string("\xff\x00 not json", 11));
  publish(f, "");
  EXPECT_TRUE(eventually([&] { return depth("strict.dead") == 3; }));
  EXPECT_EQ(received.count(), 0u);
  publish(f, to_json(Event::make("/test", "fine", "thing/1", {{"n", 1}}, "")));
  EXPECT_TRUE(eventually([&] { return received.count() == 1; }));
}

TEST(Consumer, DeadLettersUnreadableEventsAtOnce) {
  Fixture f;
  std::atomic<int> tries{0};
  Consumer consumer(f.consumer("particular"), each([&](const Event&) {
                      ++tries;
                      throw messaging::Unreadable("it names nobody");
                    }),
                    f.metrics());
  ASSERT_TRUE(up(consumer));
  publish(f, to_json(Event::make("/test", "t", "thing/1", {{"n", 1}}, "")));
  EXPECT_TRUE(eventually([&] { return depth("particular.dead") == 1; }));
  EXPECT_EQ(tries, 1);
}

TEST(Consumer, HoldsEventsBeyondTheDeliveryLimitWhileADependencyIsAway) {
  Fixture f;
  Received received;
  std::atomic<int> tries{0};
  Consumer consumer(f.consumer("patient"), each([&](const Event& event) {
                      const int now = ++tries;
                      if (now <= 3) throw NotNow("the mail server is away");
                      if (now <= 6) throw db::Unavailable("");
                      received.add(event);
                    }),
                    f.metrics());
  ASSERT_TRUE(up(consumer));
  Relay relay(f.database(), f.broker(), f.metrics());
  f.write("mail", "thing/1", 1);
  f.write("mail", "thing/1", 2);
  ASSERT_TRUE(eventually([&] { return received.count() == 2; }, seconds(30)));
  EXPECT_EQ(received.disorder(), "");
  EXPECT_EQ(tries, 8);
  EXPECT_EQ(depth("patient.dead"), 0);
}

TEST(Consumer, DeclaresADeletedQueueAgain) {
  Fixture f;
  Received received;
  Consumer consumer(f.consumer("fragile"), each([&](const Event& e) { received.add(e); }), f.metrics());
  ASSERT_TRUE(up(consumer));
  fault("vhost.delete_queue fragile");
  // It exists a moment before it is bound, so what is published first may go nowhere.
  EXPECT_TRUE(eventually([&] {
    publish(f, to_json(Event::make("/test", "fine", "thing/1", {{"n", 1}}, "")));
    return received.count() > 0;
  }));
}

TEST(Consumer, ReconnectsWhenTheBrokerClosesTheConnection) {
  Fixture f;
  Received received;
  Consumer consumer(f.consumer("cut"), each([&](const Event& e) { received.add(e); }), f.metrics());
  Relay relay(f.database(), f.broker(), f.metrics());
  ASSERT_TRUE(up(consumer));
  for (int n = 0; n < 200; ++n) {
    if (n % 50 == 25) fault("vhost.cut");
    f.write("thing.changed", "thing/1", n);
  }
  ASSERT_TRUE(eventually([&] { return received.distinct() == 200; }, seconds(60)));
}

TEST(Consumer, UsesAQueueWithOtherArgumentsAsItIs) {
  Fixture f;
  Received received;
  auto options = f.consumer("old");
  {
    ASSERT_TRUE(up(Consumer(options, each([](const Event&) {}), f.metrics())));
  }
  options.delivery_limit = 7;
  Consumer consumer(options, each([&](const Event& e) { received.add(e); }), f.metrics());
  ASSERT_TRUE(up(consumer));
  publish(f, to_json(Event::make("/test", "fine", "thing/1", {{"n", 1}}, "")));
  EXPECT_TRUE(eventually([&] { return received.count() == 1; }));
}

TEST(Consumer, StopsSoonWhileAnEventIsHeld) {
  Fixture f;
  std::atomic<int> tries{0};
  auto consumer = std::make_unique<Consumer>(f.consumer("held"), each([&](const Event&) {
                                               ++tries;
                                               throw NotNow("never");
                                             }),
                                             f.metrics());
  ASSERT_TRUE(up(*consumer));
  publish(f, to_json(Event::make("/test", "t", "thing/1", {{"n", 1}}, "")));
  ASSERT_TRUE(eventually([&] { return tries >= 4; }));
  const auto start = Clock::now();
  consumer.reset();
  EXPECT_LT(Clock::now() - start, seconds(2));
  EXPECT_TRUE(eventually([&] { return depth("held") == 1; })) << "the event is still there";
}

}  // namespace
}  // namespace kit::stores
