#include "operator/kube/client/error.hpp"
#include "operator/kube/watch/watch.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

TEST(WatchEvent, ParsesALine) {
  EXPECT_EQ(parse_watch_event(R"({"type":"ADDED","object":{"kind":"Pod"}})").type, WatchEventType::Added);
  EXPECT_EQ(parse_watch_event(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})").type,
            WatchEventType::Bookmark);
}

TEST(WatchEvent, ThrowsForErrorsAndIncompleteEvents) {
  try {
    parse_watch_event(R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}})");
    FAIL();
  } catch (const ApiError& error) {
    EXPECT_TRUE(error.gone());
  }
  for (const char* line : {"", "{", R"({"type":"ADDED"})", R"({"type":"ADDED","object":7})",
                           R"({"type":7,"object":{}})", R"({"type":"NEW","object":{}})", "[]", "\xff"}) {
    try {
      parse_watch_event(line);
      ADD_FAILURE() << line;
    } catch (const ApiError& error) {
      EXPECT_TRUE(error.no_response()) << line;
    }
  }
}

}  // namespace
}  // namespace kube
