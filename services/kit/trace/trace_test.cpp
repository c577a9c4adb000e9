#include "services/kit/trace/trace.hpp"

#include <set>

#include <gtest/gtest.h>

namespace kit {
namespace {

TEST(Trace, FollowsTheCallersTraceWithASpanOfItsOwn) {
  const auto trace = Trace::follow("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  EXPECT_EQ(trace.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_NE(trace.span_id, "00f067aa0ba902b7");
  EXPECT_TRUE(trace.sampled);
  EXPECT_EQ(trace.traceparent(), "00-4bf92f3577b34da6a3ce929d0e0e4736-" + trace.span_id + "-01");
}

TEST(Trace, StartsANewTraceForMalformedHeaders) {
  for (const char* bad : {"", "00", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                          "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                          "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-zz"}) {
    const auto trace = Trace::follow(bad);
    EXPECT_EQ(trace.trace_id.size(), 32u) << bad;
    EXPECT_NE(trace.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736") << bad;
  }
}

TEST(Trace, PropagatesTracestateOfAFollowedTrace) {
  const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  EXPECT_EQ(Trace::follow(parent, "rojo=00f067aa0ba902b7,congo=t61").state,
            "rojo=00f067aa0ba902b7,congo=t61");
  EXPECT_EQ(Trace::follow(parent, "a=" + std::string(510, 'x')).state.size(), 512u);
  EXPECT_EQ(Trace::follow(parent).state, "");
  for (const std::string bad : {"a=b\r\nSet-Cookie: c", "a=\x80", "a=\x7f"})
    EXPECT_EQ(Trace::follow(parent, bad).state, "") << bad;
  EXPECT_EQ(Trace::follow(parent, "a=" + std::string(511, 'x')).state, "");
  EXPECT_EQ(Trace::follow("00-nothing", "a=b").state, "") << "it belongs to the trace that it came with";
}

TEST(RandomUuid, IsVersionFourAndUnique) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto id = random_uuid();
    ASSERT_EQ(id.size(), 36u);
    ASSERT_EQ(id[14], '4');
    ASSERT_NE(std::string("89ab").find(id[19]), std::string::npos);
    ASSERT_TRUE(seen.insert(id).second);
  }
}

}  // namespace
}  // namespace kit
