#include "operator/kube/testing/expect.hpp"
#include "operator/kube/watch/watch.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

TEST(WatchEvent, ParsesALine) {
  EXPECT_EQ(parse_watch_event(R"({"type":"ADDED","object":{"metadata":{"name":"a"}}})").type,
            WatchEventType::Added);
  EXPECT_EQ(parse_watch_event(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})").type,
            WatchEventType::Bookmark);
}

TEST(WatchEvent, ThrowsForErrorsAndIncompleteEvents) {
  const auto error = [](const char* line) { return testing::failure([&] { parse_watch_event(line); }); };
  EXPECT_TRUE(error(R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}})").gone());
  for (const char* line : {"", "{", R"({"type":"ADDED"})", R"({"type":"ADDED","object":7})",
                           R"({"type":7,"object":{}})", R"({"type":"NEW","object":{}})", "[]", "\xff"}) {
    EXPECT_TRUE(error(line).no_response()) << line;
  }
}

}  // namespace
}  // namespace kube
