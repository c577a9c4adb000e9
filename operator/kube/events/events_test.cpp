#include "operator/kube/events/events.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

using namespace std::chrono_literals;
using Time = EventAggregator::Time;

const Object kShop = {{"apiVersion", "shopkeeper.dev/v1alpha1"},
                      {"kind", "Shop"},
                      {"metadata", {{"name", "shop"}, {"namespace", "shops"}, {"uid", "u-1"}}}};
const Time kStart{std::chrono::hours(500'000)};

Event failure(std::string message) {
  return {EventType::Warning, "MigrationFailed", "Migrate", std::move(message)};
}

TEST(EventAggregator, CountsRepeatedEventsInASeries) {
  EventAggregator events({});
  const auto first = events.aggregate(kShop, failure("it failed"), kStart);
  const auto second = events.aggregate(kShop, failure("it failed"), kStart + 1s);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->count, 1);
  EXPECT_EQ(second->count, 2);
  EXPECT_EQ(first->event_name, second->event_name);
  const auto later = events.aggregate(kShop, failure("it failed"), kStart + 1h);
  ASSERT_TRUE(later);
  EXPECT_EQ(later->count, 1);
  EXPECT_NE(later->event_name, first->event_name);
}

TEST(EventAggregator, CombinesManySimilarEvents) {
  EventAggregator events({.similar = 3});
  std::set<std::string> names;
  for (int i = 0; i < 20; ++i) {
    const auto aggregated = events.aggregate(kShop, failure("try " + std::to_string(i)), kStart + i * 1s);
    ASSERT_TRUE(aggregated);
    names.insert(aggregated->event_name);
  }
  EXPECT_EQ(names.size(), 4u);
}

TEST(EventAggregator, NoisyObjectDoesNotStarveOthers) {
  EventAggregator events({.similar = 1000});
  int recorded = 0;
  for (int i = 0; i < 100; ++i) {
    if (events.aggregate(kShop, failure(std::to_string(i)), kStart)) ++recorded;
  }
  EXPECT_EQ(recorded, 25);
  Object other = kShop;
  other["metadata"]["uid"] = "u-2";
  EXPECT_TRUE(events.aggregate(other, failure("x"), kStart));
  EXPECT_TRUE(events.aggregate(kShop, {EventType::Normal, "Ready", "Reconcile", "x"}, kStart));
  EXPECT_TRUE(events.aggregate(kShop, failure("again"), kStart + 301s));
}

TEST(EventAggregator, DropsTheOldestSeriesBeyondTheLimit) {
  EventAggregator events({.similar = 1 << 30, .burst = 1 << 30, .max_series = 10});
  const auto first = events.aggregate(kShop, failure("0"), kStart);
  for (int i = 1; i < 100; ++i) events.aggregate(kShop, failure(std::to_string(i)), kStart + i * 1ms);
  EXPECT_NE(events.aggregate(kShop, failure("0"), kStart + 1s)->event_name, first->event_name);
  EXPECT_EQ(events.aggregate(kShop, failure("99"), kStart + 1s)->count, 2);
}

TEST(EventAggregator, CutsLongMessagesBetweenCharacters) {
  EventAggregator events({});
  std::string message = "x";
  for (int i = 0; i < 1000; ++i) message += "é";
  const auto aggregated = events.aggregate(kShop, failure(message), kStart);
  EXPECT_LE(aggregated->message.size(), 1024u);
  EXPECT_TRUE(aggregated->message.ends_with("é..."));
}

}  // namespace
}  // namespace kube
