#include "operator/kube/error.hpp"

#include "operator/kube/client_impl.hpp"
#include "operator/kube/watch.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

TEST(ApiError, IsReadFromAStatus) {
  const auto error = api_error(
      409, R"({"kind":"Status","reason":"AlreadyExists","message":"secrets \"a\" already exists"})");
  EXPECT_TRUE(error.already_exists());
  EXPECT_FALSE(error.conflict());
  EXPECT_STREQ(error.what(), "409 AlreadyExists: secrets \"a\" already exists");
  EXPECT_TRUE(api_error(409, R"({"kind":"Status","reason":"Conflict"})").conflict());
  EXPECT_TRUE(api_error(410, "").gone());
  EXPECT_TRUE(api_error(403, R"({"kind":"Status","details":{"causes":[{"reason":"NamespaceTerminating"}]}})")
                  .namespace_terminating());
  EXPECT_EQ(api_error(429, R"({"kind":"Status","details":{"retryAfterSeconds":3}})").retry_after(),
            std::chrono::seconds(3));
}

TEST(ApiError, IsReadFromWhatAProxySays) {
  for (const char* body : {"", "<html>Bad Gateway</html>", "[1,2]", "{\"kind\":7}", "\xff\xfe", "null"}) {
    const auto error = api_error(502, body);
    EXPECT_EQ(error.code(), 502);
    EXPECT_TRUE(error.transient());
  }
}

TEST(ApiError, OnlyWhatCanBeRepeatedIsSentAgain) {
  EXPECT_TRUE(may_retry({0, "Connection", ""}, true));
  EXPECT_FALSE(may_retry({0, "Connection", ""}, false));
  EXPECT_FALSE(may_retry({0, "Cancelled", ""}, true));
  EXPECT_TRUE(may_retry({429, "", ""}, false));
  EXPECT_TRUE(may_retry({503, "", ""}, true));
  EXPECT_FALSE(may_retry({409, "Conflict", ""}, true));
  EXPECT_FALSE(may_retry({422, "Invalid", ""}, true));
}

TEST(WatchEvent, IsReadFromALine) {
  EXPECT_EQ(parse_watch_event(R"({"type":"ADDED","object":{"kind":"Pod"}})").type, WatchEventType::Added);
  EXPECT_EQ(parse_watch_event(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})").type,
            WatchEventType::Bookmark);
}

TEST(WatchEvent, ErrorsAndFragmentsAreThrown) {
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
      EXPECT_TRUE(error.no_answer()) << line;
    }
  }
}

}  // namespace
}  // namespace kube
