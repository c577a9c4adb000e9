#include "services/kit/http/message/etag.hpp"

#include <gtest/gtest.h>

namespace kit::http {
namespace {

Request with(const std::string& field, const std::string& value) {
  Request request;
  request.headers.set(field, value);
  return request;
}

bool changes(const std::string& if_match, const std::string& etag) {
  try {
    require_match(with("If-Match", if_match), etag);
    return true;
  } catch (const Problem& problem) {
    EXPECT_EQ(problem.status(), 412);
    return false;
  }
}

TEST(Etag, DependsOnTheContent) {
  EXPECT_EQ(etag_of("abc"), etag_of("abc"));
  EXPECT_NE(etag_of("abc"), etag_of("abd"));
  EXPECT_EQ(etag_of("abc"), "\"ungWv48Bz-pBQUDeXa4iIw\"");
}

TEST(Etag, IfMatchComparesStrongly) {
  EXPECT_TRUE(changes("\"a\"", "\"a\""));
  EXPECT_TRUE(changes("*", "\"a\""));
  EXPECT_TRUE(changes("\"x\" ,\t\"a,b\", \"a\"", "\"a\""));
  for (const auto* wrong : {"\"b\"", "W/\"a\"", "a", "\"a", "", "\"x\" \"a\"", "\"x\",,\"a\"", "w/\"a\""})
    EXPECT_FALSE(changes(wrong, "\"a\"")) << wrong;
  EXPECT_NO_THROW(require_match(Request(), "\"a\""));
  EXPECT_FALSE(changes("*", ""));
  EXPECT_NO_THROW(require_match(Request(), ""));
}

TEST(Etag, IfNoneMatchComparesWeakly) {
  EXPECT_TRUE(has_already(with("If-None-Match", "\"b\", W/\"a\""), "\"a\""));
  EXPECT_TRUE(has_already(with("if-none-match", "*"), "\"a\""));
  EXPECT_FALSE(has_already(with("If-None-Match", "\"b\""), "\"a\""));
  EXPECT_FALSE(has_already(Request(), "\"a\""));
}

TEST(Etag, NotModifiedCarriesTheTag) {
  const auto response = not_modified("\"a\"");
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.headers.get("ETag"), "\"a\"");
}

}  // namespace
}  // namespace kit::http
