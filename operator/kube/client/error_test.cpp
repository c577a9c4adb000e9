#include "operator/kube/client/error.hpp"

#include "operator/kube/client/client.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

TEST(ApiError, ReadsAStatusObject) {
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

TEST(ApiError, ReadsTheResponseOfAProxy) {
  for (const char* body : {"", "<html>Bad Gateway</html>", "[1,2]", "{\"kind\":7}", "\xff\xfe", "null"}) {
    const auto error = api_error(502, body);
    EXPECT_EQ(error.code(), 502);
    EXPECT_TRUE(error.transient());
  }
}

TEST(ApiError, RetriesOnlyRepeatableCalls) {
  EXPECT_TRUE(may_retry({0, "Connection", ""}, true));
  EXPECT_FALSE(may_retry({0, "Connection", ""}, false));
  EXPECT_FALSE(may_retry({0, "Cancelled", ""}, true));
  EXPECT_TRUE(may_retry({429, "", ""}, false));
  EXPECT_TRUE(may_retry({503, "", ""}, true));
  EXPECT_FALSE(may_retry({409, "Conflict", ""}, true));
  EXPECT_FALSE(may_retry({422, "Invalid", ""}, true));
}

}  // namespace
}  // namespace kube
