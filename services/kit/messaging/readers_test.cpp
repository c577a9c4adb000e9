#include "services/kit/messaging/readers.hpp"

#include <set>

#include <gtest/gtest.h>

namespace kit::messaging {
namespace {

TEST(Readers, SayWhichTypesSomebodyMustGet) {
  const std::vector<Reader> some{{"a.events", {"x.made", "x.gone"}}, {"b.events", {"y.made"}}};
  EXPECT_TRUE(must_be_read(some, "x.gone"));
  EXPECT_TRUE(must_be_read(some, "y.made"));
  EXPECT_FALSE(must_be_read(some, "x"));
  EXPECT_FALSE(must_be_read({}, "x.made"));
}

TEST(Readers, HaveAQueueEach) {
  std::set<std::string> queues;
  for (const auto& reader : readers()) {
    EXPECT_TRUE(queues.insert(reader.queue).second) << reader.queue;
    EXPECT_FALSE(reader.types.empty());
    for (const auto& type : reader.types) EXPECT_EQ(type.find_first_of("*#"), std::string::npos) << type;
  }
}

}  // namespace
}  // namespace kit::messaging
