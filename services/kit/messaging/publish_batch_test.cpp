#include "services/kit/messaging/publish_batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kit::messaging {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

PublishBatch batch(std::initializer_list<const char*> subjects) {
  std::vector<Outgoing> rows;
  for (const char* subject : subjects) {
    Outgoing row;
    row.id = static_cast<std::int64_t>(rows.size()) + 1;
    row.subject = subject;
    rows.push_back(row);
  }
  return PublishBatch(std::move(rows));
}

/// Publishes all that may be, with tags from `tag` on; the ids in order.
std::vector<std::int64_t> publish(PublishBatch& batch, std::uint64_t& tag) {
  std::vector<std::int64_t> ids;
  while (const auto* row = batch.next()) {
    ids.push_back(row->id);
    batch.sent(tag++);
  }
  return ids;
}

TEST(PublishBatch, PublishesSubjectsConcurrentlyAndEachInOrder) {
  auto b = batch({"a", "b", "a", "c", "a"});
  std::uint64_t tag = 1;
  EXPECT_THAT(publish(b, tag), ElementsAre(1, 2, 4));
  b.confirmed(3, true, true);
  EXPECT_THAT(publish(b, tag), ElementsAre(3));
  b.confirmed(4, false, true);
  EXPECT_THAT(publish(b, tag), ElementsAre(5));
  b.confirmed(5, false, true);
  EXPECT_FALSE(b.waiting());
  EXPECT_THAT(b.delivered(), ElementsAre(1, 2, 4, 3, 5));
  int counted = 0;
  for (const auto& [type, count] : b.delivered_types()) counted += count;
  EXPECT_EQ(counted, 5);
}

TEST(PublishBatch, RefusedEventIsNotOvertaken) {
  auto b = batch({"a", "b", "a", "b"});
  std::uint64_t tag = 7;
  publish(b, tag);
  b.confirmed(7, false, false);
  b.confirmed(8, false, true);
  EXPECT_THAT(publish(b, tag), ElementsAre(4));
  b.confirmed(9, false, true);
  EXPECT_FALSE(b.waiting());
  EXPECT_TRUE(b.refused());
  EXPECT_THAT(b.delivered(), ElementsAre(2, 4));
}

TEST(PublishBatch, SingleConfirmSettlesOneRow) {
  auto b = batch({"a", "b", "c"});
  std::uint64_t tag = 1;
  publish(b, tag);
  b.confirmed(2, false, true);
  EXPECT_TRUE(b.waiting());
  EXPECT_THAT(b.delivered(), ElementsAre(2));
  b.confirmed(99, false, true);  // of an earlier batch, or none: nothing
  EXPECT_THAT(b.delivered(), ElementsAre(2));
}

TEST(PublishBatch, EventsWithoutSubjectAreNotOrdered) {
  auto b = batch({"", "", ""});
  std::uint64_t tag = 1;
  EXPECT_THAT(publish(b, tag), ElementsAre(1, 2, 3));
}

TEST(PublishBatch, EmptyBatchIsComplete) {
  auto b = batch({});
  EXPECT_EQ(b.next(), nullptr);
  EXPECT_FALSE(b.waiting());
  EXPECT_THAT(b.delivered(), IsEmpty());
}

}  // namespace
}  // namespace kit::messaging
