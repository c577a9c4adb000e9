#include "services/kit/http/message/page.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace kit::http {
namespace {

TEST(Cursor, RoundTrips) {
  for (const std::int64_t id : {1L, 9L, 10L, 50L, 123456789L, std::numeric_limits<std::int64_t>::max()}) {
    const auto text = encode_cursor(id);
    ASSERT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    ASSERT_EQ(decode_cursor(text), id) << text;
  }
}

TEST(Cursor, RejectsForeignCursors) {
  for (const std::string_view text : {"", "7", "aWQ6", "aWQ6MA", "aWQ6LTE", "aWQ6MDE", "aWQ6MQ==", "aWQ6MR",
                                      "x x", "%00", "aWQ6OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ"})
    EXPECT_FALSE(decode_cursor(text)) << text;
  EXPECT_FALSE(decode_cursor(std::string(1000, 'A')));
}

TEST(PageQuery, AlwaysHasALimit) {
  Request request;
  EXPECT_EQ(PageQuery::of(request).limit, 50);
  EXPECT_FALSE(PageQuery::of(request).after);
  request.query = {{"limit", "200"}, {"cursor", encode_cursor(7)}};
  EXPECT_EQ(PageQuery::of(request).limit, 200);
  EXPECT_EQ(PageQuery::of(request).after, 7);
}

TEST(PageQuery, NamesTheInvalidParameter) {
  for (const auto* limit : {"0", "201", "-1", "x", "1x", "", "99999999999"}) {
    Request request;
    request.query = {{"limit", limit}};
    try {
      PageQuery::of(request);
      ADD_FAILURE() << limit;
    } catch (const Problem& problem) {
      EXPECT_EQ(problem.status(), 400);
      EXPECT_EQ(problem.fields().at(0).field, "?limit");
    }
  }
}

TEST(LinkNext, RepeatsLimitAndFilters) {
  Request request;
  request.pattern = "/api/notifications";
  Response response;
  link_next(response, request, {20, std::nullopt}, 7, {{"status", "sent"}});
  EXPECT_EQ(response.headers.get("Link"),
            "</api/notifications?limit=20&status=sent&cursor=" + encode_cursor(7) + ">; rel=\"next\"");
}

TEST(LinkNext, FillsPathParameters) {
  Request request;
  request.pattern = "/api/products/{id}/{what}/moves";
  request.params = {{"id", "7"}, {"what", "a b>"}};
  Response response;
  link_next(response, request, {20, std::nullopt}, 7);
  EXPECT_EQ(response.headers.get("Link"),
            "</api/products/7/a%20b%3E/moves?limit=20&cursor=" + encode_cursor(7) + ">; rel=\"next\"");
}

}  // namespace
}  // namespace kit::http
