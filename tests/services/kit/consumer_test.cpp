#include "tests/services/kit/support.hpp"

#include <gtest/gtest.h>

namespace kit::stores {
namespace {

using messaging::Event;
using messaging::Relay;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

const std::string FINE = to_json(Event::make("/test", "fine", "thing/1", {{"n", 1}}, ""));

TEST(Consumer, DeadLettersMalformedMessagesAtOnce) {
  Fixture f;
  const Reader reader(f, "strict");
  f.publish({"{\"specversion\":\"1.0\"}", std::string("\xff\x00 not json", 11), ""});
  EXPECT_TRUE(eventually([&] { return depth("strict.dead") == 3; }));
  EXPECT_EQ(reader.count(), 0u);
  f.publish({FINE});
  EXPECT_TRUE(eventually([&] { return reader.count() == 1; }));
}

TEST(Consumer, HoldsEventsBeyondTheDeliveryLimitWhileADependencyIsAway) {
  Fixture f;
  Received received;
  std::atomic<int> tries{0};
  const auto consumer = f.consume(f.consumer("patient"), each([&](const Event& event) {
                                    if (++tries <= 6) throw db::Unavailable("");
                                    received.add(event);
                                  }));
  Relay relay(f.database, f.broker(), f.metrics);
  f.write("mail", "thing/1", 1);
  f.write("mail", "thing/1", 2);
  ASSERT_TRUE(eventually([&] { return received.count() == 2; }, seconds(30)));
  EXPECT_EQ(received.disorder(), "");
  EXPECT_EQ(tries, 8);
  EXPECT_EQ(depth("patient.dead"), 0);
}

TEST(Consumer, DeclaresADeletedQueueAgain) {
  Fixture f;
  const Reader reader(f, "fragile");
  fault("vhost.delete_queue fragile");
  // It exists a moment before it is bound, so what is published first may go nowhere.
  EXPECT_TRUE(eventually([&] {
    f.publish({FINE});
    return reader.count() > 0;
  }));
}

TEST(Consumer, ReconnectsWhenTheBrokerClosesTheConnection) {
  Fixture f;
  const Reader reader(f);
  Relay relay(f.database, f.broker(), f.metrics);
  for (int n = 0; n < 200; ++n) {
    if (n % 50 == 25) fault("vhost.cut");
    f.write("thing.changed", "thing/1", n);
  }
  ASSERT_TRUE(eventually([&] { return reader.distinct() == 200; }, seconds(60)));
}

TEST(Consumer, UsesAQueueWithOtherArgumentsAsItIs) {
  Fixture f;
  auto options = f.consumer("old");
  f.consume(options, each([](const Event&) {}));
  options.delivery_limit = 7;
  Received received;
  const auto consumer = f.consume(options, each([&](const Event& event) { received.add(event); }));
  f.publish({FINE});
  EXPECT_TRUE(eventually([&] { return received.count() == 1; }));
}

TEST(Consumer, StopsSoonWhileAnEventIsHeld) {
  Fixture f;
  std::atomic<int> tries{0};
  auto consumer = f.consume(f.consumer("held"), each([&](const Event&) {
                              ++tries;
                              throw db::Unavailable("never");
                            }));
  f.publish({FINE});
  ASSERT_TRUE(eventually([&] { return tries >= 4; }));
  const auto start = Clock::now();
  consumer.reset();
  EXPECT_LT(Clock::now() - start, seconds(2));
  EXPECT_TRUE(eventually([&] { return depth("held") == 1; })) << "the event is still there";
}

}  // namespace
}  // namespace kit::stores
