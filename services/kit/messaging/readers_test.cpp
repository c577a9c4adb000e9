#include "services/kit/messaging/readers.hpp"

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

}  // namespace
}  // namespace kit::messaging
