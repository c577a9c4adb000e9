#include "operator/kube/events.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

using namespace std::chrono_literals;
using Time = EventAggregator::Time;

const Object kShop = {{"apiVersion", "shopkeeper.dev/v1alpha1"},
                      {"kind", "Shop"},
                      {"metadata", {{"name", "shop"}, {"namespace", "shops"}, {"uid", "u-1"}}}};
const Time kStart{std::chrono::hours(500'000)};

Happening happening(std::string message) {
  return {EventType::Warning, "MigrationFailed", "Migrate", std::move(message)};
}

TEST(EventAggregator, TheSameAgainIsCounted) {
  EventAggregator events({});
  const auto first = events.tell(kShop, happening("it failed"), kStart);
  const auto second = events.tell(kShop, happening("it failed"), kStart + 1s);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->count, 1);
  EXPECT_EQ(second->count, 2);
  EXPECT_EQ(first->event_name, second->event_name);
  const auto later = events.tell(kShop, happening("it failed"), kStart + 1h);
  ASSERT_TRUE(later);
  EXPECT_EQ(later->count, 1);
  EXPECT_NE(later->event_name, first->event_name);
}

TEST(EventAggregator, ManyAlikeAreToldAsOne) {
  EventAggregator events({.alike = 3});
  std::set<std::string> names;
  for (int i = 0; i < 20; ++i) {
    const auto told = events.tell(kShop, happening("try " + std::to_string(i)), kStart + i * 1s);
    ASSERT_TRUE(told);
    names.insert(told->event_name);
  }
  EXPECT_EQ(names.size(), 4u);
}

TEST(EventAggregator, WhoIsNeverQuietIsToldOfSeldomButOthersAreHeard) {
  EventAggregator events({.alike = 1000});
  int told = 0;
  for (int i = 0; i < 100; ++i) {
    if (events.tell(kShop, happening(std::to_string(i)), kStart)) ++told;
  }
  EXPECT_EQ(told, 25);
  Object other = kShop;
  other["metadata"]["uid"] = "u-2";
  EXPECT_TRUE(events.tell(other, happening("x"), kStart));
  EXPECT_TRUE(events.tell(kShop, {EventType::Normal, "Ready", "Reconcile", "x"}, kStart));
  EXPECT_TRUE(events.tell(kShop, happening("again"), kStart + 301s));
}

TEST(EventAggregator, WhatItRemembersIsBounded) {
  EventAggregator events({.alike = 1 << 30, .burst = 1 << 30, .remembered = 10});
  const auto first = events.tell(kShop, happening("0"), kStart);
  for (int i = 1; i < 100; ++i) events.tell(kShop, happening(std::to_string(i)), kStart + i * 1ms);
  EXPECT_NE(events.tell(kShop, happening("0"), kStart + 1s)->event_name, first->event_name);
  EXPECT_EQ(events.tell(kShop, happening("99"), kStart + 1s)->count, 2);
}

TEST(EventAggregator, LongMessagesAreCutBetweenCharacters) {
  EventAggregator events({});
  std::string message = "x";
  for (int i = 0; i < 1000; ++i) message += "é";
  const auto told = events.tell(kShop, happening(message), kStart);
  EXPECT_LE(told->message.size(), 1024u);
  EXPECT_TRUE(told->message.ends_with("é..."));
}

}  // namespace
}  // namespace kube
